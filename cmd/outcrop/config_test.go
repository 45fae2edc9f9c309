package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// parse reads a command line of serve as run does.
func parse(t *testing.T, args ...string) (*serveCommand, error) {
	t.Helper()
	var commands grammar
	parser, err := kong.New(&commands, kong.DefaultEnvars("OUTCROP"),
		kong.Vars{"data": defaultData, "http": defaultHTTP, "url": defaultURL, "flight": defaultFlight})
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(append([]string{"serve"}, args...))
	return &commands.Serve, err
}

func TestPrecedence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "outcrop.yaml")
	text := "http: file:1\nflight: file:2\ndata: /file\nmemory: 1GiB\nlog-level: debug\nsample: true\ncpus: 0-2\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OUTCROP_HTTP", "environment:1")
	t.Setenv("OUTCROP_FLIGHT", "environment:2")
	t.Setenv("OUTCROP_TLS_CERT", "/environment.crt")
	for name, args := range map[string][]string{
		"config by flag":        {"--config", file, "--http", "flag:1"},
		"config by environment": {"--http", "flag:1"},
	} {
		t.Run(name, func(t *testing.T) {
			if len(args) == 2 {
				t.Setenv("OUTCROP_CONFIG", file)
			}
			c, err := parse(t, args...)
			if err != nil {
				t.Fatal(err)
			}
			for _, tt := range []struct{ what, got, want string }{
				{"flag before environment", c.HTTP, "flag:1"},
				{"environment before file", c.Flight, "environment:2"},
				{"file before default", c.Data, "/file"},
				{"environment, words joined", c.TLSCert, "/environment.crt"},
				{"default", c.LogFormat, "text"},
				{"file, level", c.LogLevel.String(), "DEBUG"},
			} {
				if tt.got != tt.want {
					t.Errorf("%s: got %q, want %q", tt.what, tt.got, tt.want)
				}
			}
			if c.Memory != 1<<30 || !c.Sample || len(c.CPUs) != 3 {
				t.Errorf("file, other types: got memory %d, sample %t, cpus %v", c.Memory, c.Sample, c.CPUs)
			}
		})
	}
}

func TestConfigurationErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "outcrop.yaml")
	for _, tt := range []struct{ text, want string }{
		{"htpp: 1\n", "there is no flag --htpp"},
		{"http: [", "configuration file " + file},
		{"memory: many\n", "is no number of bytes"},
	} {
		if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := parse(t, "--config", file); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.text, err, tt.want)
		}
	}
	if _, err := parse(t, "--config", file+".missing"); err == nil {
		t.Error("a configuration file that is not there is no error")
	}
}

// run runs a command line in this process.
func command(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	stdin, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	var stdout, stderr bytes.Buffer
	status = run(args, console{in: stdin, out: &stdout, err: &stderr})
	return status, stdout.String(), stderr.String()
}

func TestCommandLine(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"--help"}, 0, "outcrop serve --sample"},
		{[]string{"load", "--help"}, 0, "--resume can go on"},
		{[]string{"version"}, 0, "SIMD"},
		{[]string{"serve", "--nonsense"}, 2, "unknown flag --nonsense"},
		{[]string{"load", "x.json"}, 2, "--collection"},
		{[]string{"sql", "--url", "ftp://x", "-c", "SELECT 1"}, 1, "no address like"},
		{[]string{"sql", "--url", "http://example.com", "-c", "SELECT 1"}, 1, "no API key"},
		{[]string{"inspect", "/nonexistent"}, 1, "/nonexistent"},
		{[]string{"serve", "--tls-cert", "x"}, 1, "go together"},
	} {
		if tt.args[0] == "serve" {
			tt.args = append(tt.args, "--data", t.TempDir())
		}
		status, out, errs := command(t, tt.args...)
		if status != tt.status || !strings.Contains(out+errs, tt.says) {
			t.Errorf("%v: got status %d and %q, want %d and %q", tt.args, status, out+errs, tt.status, tt.says)
		}
	}
}
