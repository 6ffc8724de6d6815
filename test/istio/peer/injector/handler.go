package main

import (
	"fmt"
	"net/http"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/kube/inject"
	"istio.io/istio/pkg/kube/multicluster"
	"pillion.io/test/istio/peer/settings"
)

// fixed is a configuration that never changes.
type fixed struct {
	config inject.Config
	values string
}

func (f fixed) SetHandler(func(*inject.Config, string) error) {}
func (f fixed) Run(<-chan struct{})                           {}
func (f fixed) Get() (*inject.Config, string, error)          { return &f.config, f.values, nil }

// handler is what istiod serves at /inject, without an API server behind it.
func handler(from *settings.Settings) (http.Handler, error) {
	config, err := inject.UnmarshalConfig([]byte(from.Config))
	if err != nil {
		return nil, fmt.Errorf("Istio's injection configuration: %w", err)
	}
	store := model.NewFakeStore()
	environment := &model.Environment{Watcher: meshwatcher.NewTestWatcher(from.Mesh), ConfigStore: store}
	environment.SetPushContext(&model.PushContext{ProxyConfigs: model.GetProxyConfigs(store, from.Mesh)})
	mux := http.NewServeMux()
	_, err = inject.NewWebhook(inject.WebhookParameters{
		Watcher:      fixed{config, from.Values},
		Env:          environment,
		Mux:          mux,
		Revision:     "default",
		MultiCluster: multicluster.NewFakeController(),
	})
	return mux, err
}
