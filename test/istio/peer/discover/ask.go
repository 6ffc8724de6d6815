package main

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/anypb"
	xds "istio.io/istio/pilot/pkg/xds/v3"
	"istio.io/istio/pkg/util/protomarshal"
)

const answeredWithin = time.Minute

// question is one line of stdin.
type question struct {
	Node json.RawMessage `json:"node"`
	// Only limits the answer to the types it names; without it, all are asked for.
	Only []string `json:"only"`
}

// sent is what one node was sent, each message as JSON with the names of its proto fields.
type sent struct {
	Node      string            `json:"node"`
	Clusters  []json.RawMessage `json:"clusters"`
	Endpoints []json.RawMessage `json:"endpoints"`
	Listeners []json.RawMessage `json:"listeners"`
	Routes    []json.RawMessage `json:"routes"`
}

// ask asks for all clusters and listeners, and then for the endpoints and routes that these name.
func ask(connection *grpc.ClientConn, text []byte) (*sent, error) {
	var asked question
	if err := json.Unmarshal(text, &asked); err != nil {
		return nil, err
	}
	node := &core.Node{}
	if err := protomarshal.Unmarshal(asked.Node, node); err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(context.Background(), answeredWithin)
	defer cancel()
	stream, err := discovery.NewAggregatedDiscoveryServiceClient(connection).StreamAggregatedResources(within)
	if err != nil {
		return nil, err
	}
	of := func(name, kind string, names []string) []*anypb.Any {
		if err != nil || (len(asked.Only) > 0 && !slices.Contains(asked.Only, name)) {
			return nil
		}
		var found []*anypb.Any
		found, err = resources(stream, node, kind, names)
		return found
	}
	clusters := of("clusters", xds.ClusterType, everything)
	listeners := of("listeners", xds.ListenerType, everything)
	endpoints := of("endpoints", xds.EndpointType, assignmentsOf(clusters))
	routes := of("routes", xds.RouteType, routesOf(listeners))
	if err != nil {
		return nil, err
	}
	return &sent{node.Id, asJSON(clusters), asJSON(endpoints), asJSON(listeners), asJSON(routes)}, nil
}

// everything is asked for by naming nothing.
var everything = []string{}

type stream = discovery.AggregatedDiscoveryService_StreamAggregatedResourcesClient

// resources waits for the answer to its own question: other types may be pushed again meanwhile. Without names nothing is asked for.
func resources(stream stream, node *core.Node, kind string, names []string) ([]*anypb.Any, error) {
	if names == nil {
		return nil, nil
	}
	request := &discovery.DiscoveryRequest{Node: node, TypeUrl: kind, ResourceNames: names}
	if err := stream.Send(request); err != nil {
		return nil, err
	}
	for {
		response, err := stream.Recv()
		if err != nil {
			return nil, err
		}
		if response.TypeUrl == kind {
			request.VersionInfo, request.ResponseNonce = response.VersionInfo, response.Nonce
			return response.Resources, stream.Send(request)
		}
	}
}
