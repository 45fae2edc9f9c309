package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// envPrefix begins the names of environment variables that stand for flags.
const envPrefix = "OUTCROP_"

// BeforeResolve gives flags that are not on the command line their values from the environment or, if
// it does not have them, from the file that --config names.
func (g *grammar) BeforeResolve(ctx *kong.Context) error {
	path := os.Getenv(envPrefix + "CONFIG")
	for _, at := range ctx.Path {
		if at.Flag != nil && at.Flag.Name == "config" {
			path, _ = ctx.FlagValue(at.Flag).(string)
		}
	}
	values, err := configuration(path, flagNames(ctx.Model.Node))
	if err != nil {
		return err
	}
	ctx.AddResolver(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if !values.Exists(flag.Name) {
			return nil, nil
		}
		return values.Get(flag.Name), nil
	}))
	return nil
}

// configuration is the values of flags in the environment and, behind it, in a YAML file, if path names
// one. The file may have no other keys than known ones.
func configuration(path string, known []string) (*koanf.Koanf, error) {
	values := koanf.New(".")
	if path != "" {
		if err := values.Load(file.Provider(path), yaml.Parser()); err != nil {
			return nil, fmt.Errorf("configuration file %s: %w", path, err)
		}
		for _, key := range values.Keys() {
			if !slices.Contains(known, key) {
				return nil, fmt.Errorf("configuration file %s: there is no flag --%s; the keys are the names of flags: %s",
					path, key, strings.Join(known, ", "))
			}
		}
	}
	err := values.Load(env.Provider(".", env.Opt{Prefix: envPrefix, TransformFunc: func(name, value string) (string, any) {
		return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, envPrefix)), "_", "-"), value
	}}), nil)
	if err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	return values, nil
}

// flagNames are the names of the flags of all commands, sorted, but for those that make no sense in a file.
func flagNames(node *kong.Node) []string {
	var names []string
	for _, flag := range node.Flags {
		if flag.Name != "help" && flag.Name != "config" {
			names = append(names, flag.Name)
		}
	}
	for _, child := range node.Children {
		names = append(names, flagNames(child)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
