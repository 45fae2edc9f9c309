package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/outcropdb/outcrop/vec/simd"
)

// version is set by the linker: -ldflags "-X main.version=v1.2.3". Without it the build's own records tell.
var version string

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(io console) error {
	printVersion(io.out)
	return nil
}

func printVersion(w io.Writer) {
	settings := map[string]string{}
	name := version
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		if name == "" {
			name = info.Main.Version
		}
	}
	if revision := settings["vcs.revision"]; revision != "" && !strings.Contains(name, revision[:min(12, len(revision))]) {
		name += " " + revision[:min(12, len(revision))]
	}
	experiment := settings["GOEXPERIMENT"]
	if experiment == "" {
		experiment = "none"
	}
	fmt.Fprintf(w, "outcrop %s\n%s %s/%s, GOEXPERIMENT %s\nSIMD %s (of %s)\n", name,
		runtime.Version(), runtime.GOOS, runtime.GOARCH, experiment, simd.Active(), simd.Best())
}
