package rest

import (
	"strings"

	"github.com/outcropdb/outcrop/catalog"
)

// instanceModel is a virtual instance as the API has it; Resources is our own.
type instanceModel struct {
	ID                string            `json:"id"`
	RRN               string            `json:"rrn"`
	Name              string            `json:"name"`
	Description       string            `json:"description"`
	State             string            `json:"state"`
	Default           bool              `json:"default_vi"`
	CurrentSize       *string           `json:"current_size"`
	DesiredSize       *string           `json:"desired_size"`
	CurrentClass      string            `json:"current_instance_class"`
	DesiredClass      string            `json:"desired_instance_class"`
	AutoSuspend       *int64            `json:"auto_suspend_seconds"`
	Remount           bool              `json:"enable_remount_on_resume"`
	MountType         string            `json:"mount_type"`
	RefreshInterval   int               `json:"mount_refresh_interval_seconds"`
	MonitoringEnabled bool              `json:"monitoring_enabled"`
	CreatedAt         string            `json:"created_at"`
	CreatedBy         string            `json:"created_by"`
	ResumedAt         *string           `json:"resumed_at"`
	Stats             *instanceStats    `json:"stats"`
	Resources         instanceResources `json:"resources"`
}

type instanceStats struct {
	LastQueriedMS int64 `json:"last_queried_ms"`
}

type instanceResources struct {
	CPUs        []int  `json:"cpus"`
	Shared      bool   `json:"shared"` // by other instances
	MemoryBytes int64  `json:"memory_bytes"`
	Running     int64  `json:"queries_running"`
	Waiting     int64  `json:"queries_waiting"`
	Message     string `json:"message"`
}

// instanceRRN is what the rrn of an instance begins with.
const instanceRRN = "rrn:vi:outcrop:"

// live is the only mount type there is: queries see each write at once.
const live = "LIVE"

func (c *call) instanceModel(i *catalog.Instance) instanceModel {
	status := c.api.server.InstanceStatus(i)
	m := instanceModel{
		ID: i.ID, RRN: instanceRRN + i.ID, Name: i.Name, Description: i.Description, State: string(i.State), Default: i.Default(),
		CurrentSize: optional(i.Size), DesiredSize: optional(i.Size), CurrentClass: i.Class, DesiredClass: i.Class,
		Remount: i.Remount, MountType: live, MonitoringEnabled: true, CreatedAt: moment(i.CreatedAt), CreatedBy: i.CreatedBy,
		Resources: instanceResources{
			CPUs: append([]int{}, status.CPUs...), Shared: status.Shared, MemoryBytes: status.Memory,
			Running: status.Running, Waiting: status.Waiting, Message: status.Explain(i, c.api.server.CPUs()),
		},
	}
	if i.AutoSuspendSeconds > 0 {
		m.AutoSuspend = &i.AutoSuspendSeconds
	}
	if !i.ResumedAt.IsZero() {
		m.ResumedAt = optional(moment(i.ResumedAt))
	}
	if status.Leaving && i.State == catalog.InstanceSuspended {
		m.State = "SUSPENDING"
	}
	if !status.LastQuery.IsZero() {
		m.Stats = &instanceStats{status.LastQuery.UnixMilli()}
	}
	return m
}

// instance is the one that the path names, by id, rrn or name.
func (c *call) instance() (*catalog.Instance, error) { return c.instanceNamed(c.PathValue("instance")) }

func (c *call) instanceNamed(name string) (*catalog.Instance, error) {
	return c.api.catalog.Instance(strings.TrimPrefix(name, instanceRRN))
}

func (c *call) listInstances() error {
	all := []instanceModel{}
	for _, i := range c.api.catalog.Instances() {
		all = append(all, c.instanceModel(i))
	}
	return c.data(all)
}

func (c *call) getInstance() error {
	i, err := c.instance()
	if err != nil {
		return err
	}
	return c.data(c.instanceModel(i))
}

// instanceBody is what requests say of an instance; what is missing stays as it is.
type instanceBody struct {
	Name               *string `json:"name"`
	Description        *string `json:"description"`
	Type               string  `json:"type"`     // size, of a new one
	NewSize            string  `json:"new_size"` // size, of one there is
	Class              string  `json:"instance_class"`
	AutoSuspendEnabled *bool   `json:"auto_suspend_enabled"`
	AutoSuspendSeconds *int64  `json:"auto_suspend_seconds"`
	Remount            *bool   `json:"enable_remount_on_resume"`
	MountType          string  `json:"mount_type"`
	RefreshInterval    *int64  `json:"mount_refresh_interval_seconds"`
	AutoScaling        *struct {
		Enabled bool `json:"enabled"`
	} `json:"auto_scaling_policy"`
}

func (b *instanceBody) supported() error {
	switch {
	case b.MountType != "" && b.MountType != live:
		return notSupported("mount_type %q; mounts are LIVE, and show each write at once", b.MountType)
	case b.RefreshInterval != nil && *b.RefreshInterval != 0:
		return invalid("mount_refresh_interval_seconds is %d; give 0, or mount_type LIVE instead", *b.RefreshInterval)
	case b.AutoScaling != nil && b.AutoScaling.Enabled:
		return notSupported("auto_scaling_policy; give the size that is needed at most")
	}
	return nil
}

// change makes of an instance what the body says.
func (b *instanceBody) change(next *catalog.Instance) {
	if b.Name != nil {
		next.Name = *b.Name
	}
	if b.Description != nil {
		next.Description = *b.Description
	}
	for _, size := range []string{b.Type, b.NewSize} {
		if size != "" {
			next.Size = size
		}
	}
	if b.Class != "" {
		next.Class = b.Class
	}
	if b.AutoSuspendSeconds != nil {
		next.AutoSuspendSeconds = *b.AutoSuspendSeconds
	}
	if b.AutoSuspendEnabled != nil && !*b.AutoSuspendEnabled {
		next.AutoSuspendSeconds = 0
	}
	if b.Remount != nil {
		next.Remount = *b.Remount
	}
}

func (c *call) instanceBody() (body instanceBody, err error) {
	if err = c.decode(&body); err == nil {
		err = body.supported()
	}
	return body, err
}

func (c *call) createInstance() error {
	body, err := c.instanceBody()
	if err != nil {
		return err
	}
	want := catalog.Instance{Remount: true}
	body.change(&want)
	made, err := c.api.server.CreateInstance(c.Context(), want, c.by())
	if err != nil {
		return err
	}
	return c.data(c.instanceModel(made))
}

func (c *call) updateInstance() error {
	body, err := c.instanceBody()
	if err != nil {
		return err
	}
	return c.changeInstance(func(next *catalog.Instance) error {
		body.change(next)
		return nil
	})
}

// changeInstance changes the path's instance and answers with it.
func (c *call) changeInstance(change func(*catalog.Instance) error) error {
	i, err := c.instance()
	if err != nil {
		return err
	}
	if i, err = c.api.server.UpdateInstance(c.Context(), i.ID, change); err != nil {
		return err
	}
	return c.data(c.instanceModel(i))
}

func (c *call) suspendInstance() error { return c.setInstanceState(catalog.InstanceSuspended) }

func (c *call) resumeInstance() error { return c.setInstanceState(catalog.InstanceActive) }

func (c *call) setInstanceState(state catalog.InstanceState) error {
	return c.changeInstance(func(next *catalog.Instance) error {
		next.State = state
		return nil
	})
}

func (c *call) deleteInstance() error {
	i, err := c.instance()
	if err != nil {
		return err
	}
	m := c.instanceModel(i)
	if err := c.api.server.DeleteInstance(c.Context(), i.ID); err != nil {
		return err
	}
	m.State = "DELETED"
	return c.data(m)
}

// queryInstance runs a query in the path's instance.
func (c *call) queryInstance() error {
	i, err := c.instance()
	if err != nil {
		return err
	}
	return c.queryIn(i.ID)
}

type settingsModel struct {
	DefaultInstance string `json:"default_query_vi"`
}

// getSettings answers where queries run that name no instance.
func (c *call) getSettings() error {
	return c.data(settingsModel{instanceRRN + c.api.catalog.QueryInstance().ID})
}

func (c *call) putSettings() error {
	var body settingsModel
	if err := c.decode(&body); err != nil {
		return err
	}
	i, err := c.instanceNamed(body.DefaultInstance)
	if err != nil {
		return err
	}
	if err := c.api.catalog.SetQueryInstance(c.Context(), i.ID); err != nil {
		return err
	}
	return c.getSettings()
}
