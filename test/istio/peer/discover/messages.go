package main

import (
	"encoding/json"
	"slices"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	manager "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	// what istiod itself writes configuration with: every type of a message inside of another one is known then
	_ "istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pkg/util/protomarshal"
)

// assignmentsOf names the clusters whose endpoints are asked for apart.
func assignmentsOf(clusters []*anypb.Any) []string {
	var names []string
	for _, each := range clusters {
		if described := as(each, &cluster.Cluster{}); described.GetType() == cluster.Cluster_EDS {
			names = append(names, described.Name)
		}
	}
	return names
}

// routesOf names the routes that are asked for apart.
func routesOf(listeners []*anypb.Any) []string {
	var names []string
	for _, each := range listeners {
		described := as(each, &listener.Listener{})
		for _, chain := range append(described.FilterChains, described.DefaultFilterChain) {
			for _, filter := range chain.GetFilters() {
				if config := filter.GetTypedConfig(); config.MessageIs(&manager.HttpConnectionManager{}) {
					names = append(names, as(config, &manager.HttpConnectionManager{}).GetRds().GetRouteConfigName())
				}
			}
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

// as reads a message of a type that its URL has named; one that is broken ends the program.
func as[T proto.Message](from *anypb.Any, into T) T {
	if err := from.UnmarshalTo(into); err != nil {
		panic(err)
	}
	return into
}

func asJSON(resources []*anypb.Any) []json.RawMessage {
	texts := []json.RawMessage{}
	for _, each := range resources {
		message, err := each.UnmarshalNew()
		if err != nil {
			panic(err)
		}
		text, err := protomarshal.MarshalProtoNames(message)
		if err != nil {
			panic(err)
		}
		texts = append(texts, text)
	}
	return texts
}
