package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/server/flightsql"
	"github.com/outcropdb/outcrop/server/metrics"
	"github.com/outcropdb/outcrop/server/rest"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// drainFor bounds how long a server that was told to stop waits for requests that are being answered.
const drainFor = 30 * time.Second

type serveCommand struct {
	Data          string     `default:"${data}" type:"path" help:"Folder for everything that is kept. One server at a time."`
	HTTP          string     `name:"http" default:"${http}" help:"Address of the HTTP API. Port 0 takes a free one."`
	Flight        string     `default:"${flight}" help:"Address of Arrow Flight SQL. Port 0 takes a free one."`
	NATS          string     `name:"nats" placeholder:"URL" help:"NATS with JetStream to keep the log and the catalog in. Default: one inside this process, in the data folder."`
	TLSCert       string     `name:"tls-cert" type:"path" placeholder:"FILE" help:"Certificate, PEM. With it HTTP and Flight SQL take TLS only."`
	TLSKey        string     `name:"tls-key" type:"path" placeholder:"FILE" help:"Its private key, PEM."`
	TLSSelfSigned bool       `name:"tls-self-signed" help:"Make a certificate, tls.crt in the data folder, and use it."`
	APIKey        string     `name:"api-key" placeholder:"KEY" help:"The admin's API key. Better given as OUTCROP_API_KEY, since others can see command lines. Default: one is made at the first start."`
	Memory        bytesFlag  `placeholder:"BYTES" help:"Memory that queries may take together, like 4GiB. Default: half of the machine's."`
	CPUs          cpusFlag   `name:"cpus" placeholder:"LIST" help:"CPUs that queries run on, like 0-3,6. Default: all."`
	LogLevel      slog.Level `default:"info" help:"debug, info, warn or error."`
	WriteMemory   bytesFlag  `placeholder:"BYTES" help:"Memory for documents that are not in segments yet, and for merging segments. Writers wait when it is taken. Default: an eighth of the machine's, 256MiB or more."`
	JSONReader    string     `name:"json-reader" enum:"own,simdjson" default:"own" help:"What parses documents: own, which is faster, or simdjson, to compare with. They take and give the same."`
	LogFormat     string     `enum:"text,json" default:"text" help:"text or json, on standard error."`
	Debug         string     `placeholder:"ADDRESS" help:"Address for profiles (/debug/pprof/), open to all who reach it. Default: none."`
	ReadyFile     string     `type:"path" placeholder:"FILE" help:"File to write the addresses to once requests are answered, for scripts that wait for it."`
	Sample        bool       `help:"Load some sample documents into commons.events, if that is empty, and show how to query them."`
}

// Help is shown behind the flags.
func (serveCommand) Help() string {
	return `  outcrop serve                                   (in ./outcrop-data, on this machine only)
  outcrop serve --sample                          (with something to query)
  outcrop serve --data /var/lib/outcrop --http 0.0.0.0:8321 --tls-self-signed
  OUTCROP_API_KEY=... outcrop serve --config /etc/outcrop.yaml

The first start makes the admin's API key, prints it once and keeps it in DATA/admin.key, where outcrop sql and outcrop load on the same machine find it.

SIGTERM and SIGINT stop the server when it has answered the requests that it has; a second one stops it at once. What was acknowledged is on disk in any case.`
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(io console) error {
	ctx, stop := interruptible()
	defer stop()
	logger := c.logger(io.err)
	slog.SetDefault(logger)
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	secure, err := c.tlsConfig(time.Now())
	if err != nil {
		return err
	}
	first := !exists(filepath.Join(c.Data, server.AdminKeyFile))
	s, err := server.Open(ctx, server.Options{Dir: c.Data, NATS: c.NATS, AdminKey: c.APIKey, Memory: int64(c.Memory), WriteMemory: int64(c.WriteMemory), CPUs: c.CPUs, Logger: logger})
	if held, ok := errors.AsType[*fs.LockedError](err); ok {
		return fmt.Errorf("the data folder %s is in use by another server (process %s): stop that one, or give this one another folder with --data", c.Data, held.Owner)
	}
	if err != nil {
		return err
	}
	defer slacken()() // not before the server is open: an empty one stays small
	d, err := c.open(s, secure, logger)
	if err == nil {
		err = d.serve(ctx, func() error {
			if err := s.CaughtUp(ctx); err != nil {
				return err
			}
			return c.ready(ctx, d, first, io.out)
		})
	}
	closing, cancel := context.WithTimeout(context.Background(), drainFor)
	defer cancel()
	return errors.Join(err, s.Close(closing))
}

// jsonReaders are the values of --json-reader.
var jsonReaders = map[string]jsonio.Backend{"own": jsonio.Own, "simdjson": jsonio.Simdjson}

func (c *serveCommand) logger(out io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}

// doors are what clients come in by.
type doors struct {
	scheme     string // of the HTTP API
	http       *http.Server
	httpAt     net.Listener
	flight     *grpc.Server
	flightAt   net.Listener
	profiles   *http.Server // nil: none
	profilesAt net.Listener
	log        *slog.Logger
}

// open listens on all addresses; nothing is answered yet.
func (c *serveCommand) open(s *server.Server, secure *tls.Config, logger *slog.Logger) (_ *doors, err error) {
	d := &doors{scheme: "http", log: logger}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	if d.httpAt, err = net.Listen("tcp", c.HTTP); err != nil {
		return nil, fmt.Errorf("--http: %w", err)
	}
	d.http = rest.HTTPServer(rest.New(s, rest.Options{Logger: logger, Metrics: metrics.Handler(s), JSON: jsonReaders[c.JSONReader]}))
	d.http.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelDebug) // of broken connections
	if secure != nil {
		d.scheme = "https"
		d.http.TLSConfig = secure.Clone()
	}
	if d.flightAt, err = net.Listen("tcp", c.Flight); err != nil {
		return nil, fmt.Errorf("--flight: %w", err)
	}
	if d.flight, err = flightsql.New(s, flightsql.Options{Version: version, TLS: secure, Logger: logger}); err != nil {
		return nil, err
	}
	if c.Debug != "" {
		if d.profilesAt, err = net.Listen("tcp", c.Debug); err != nil {
			return nil, fmt.Errorf("--debug: %w", err)
		}
		d.profiles = rest.HTTPServer(profiles())
	}
	return d, nil
}

func (d *doors) close() {
	for _, l := range []net.Listener{d.httpAt, d.flightAt, d.profilesAt} {
		if l != nil {
			l.Close()
		}
	}
}

// profiles are those of net/http/pprof.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// serve answers requests, and calls ready meanwhile, until ctx ends or a door fails; then it lets those
// that are being answered finish.
func (d *doors) serve(ctx context.Context, ready func() error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if d.http.TLSConfig != nil {
			return unlessClosed(d.http.ServeTLS(d.httpAt, "", ""))
		}
		return unlessClosed(d.http.Serve(d.httpAt))
	})
	group.Go(func() error { return d.flight.Serve(d.flightAt) })
	if d.profiles != nil {
		group.Go(func() error { return unlessClosed(d.profiles.Serve(d.profilesAt)) })
	}
	group.Go(func() error {
		if err := ready(); err != nil && ctx.Err() == nil {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		d.drain()
		return nil
	})
	return group.Wait()
}

func unlessClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// drain stops to accept, and waits for requests to be answered, up to drainFor.
func (d *doors) drain() {
	d.log.Info("stopping: requests that are being answered are finished first", "at most", drainFor)
	ctx, cancel := context.WithTimeout(context.Background(), drainFor)
	defer cancel()
	var group errgroup.Group
	group.Go(func() error { return d.http.Shutdown(ctx) })
	group.Go(func() error {
		finished := make(chan struct{})
		go func() { d.flight.GracefulStop(); close(finished) }()
		select {
		case <-finished:
			return nil
		case <-ctx.Done():
			d.flight.Stop() // lets GracefulStop return, too
			<-finished
			return ctx.Err()
		}
	})
	if d.profiles != nil {
		d.profiles.Close()
	}
	if err := group.Wait(); err != nil {
		d.log.Warn("requests were cut off", "error", err)
		d.http.Close()
	}
}

// url of the HTTP API, for a client on this machine.
func (d *doors) url() string {
	host, port, _ := net.SplitHostPort(d.httpAt.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return d.scheme + "://" + net.JoinHostPort(host, port)
}

// ready tells the user and waiting scripts where the server is.
func (c *serveCommand) ready(ctx context.Context, d *doors, first bool, out io.Writer) error {
	key, err := os.ReadFile(filepath.Join(c.Data, server.AdminKeyFile))
	if err != nil {
		return err
	}
	secret := strings.TrimSpace(string(key))
	if first && c.APIKey == "" {
		fmt.Fprintf(out, "The admin's API key, shown this once and kept in %s:\n%s\n", filepath.Join(c.Data, server.AdminKeyFile), secret)
	}
	fmt.Fprintf(out, "listening on %s, Flight SQL on %s\n", d.url(), d.flightAt.Addr())
	if d.profilesAt != nil {
		fmt.Fprintf(out, "profiles on http://%s/debug/pprof/\n", d.profilesAt.Addr())
	}
	if c.ReadyFile != "" {
		text := fmt.Sprintf("http: %s\nflight: %s\n", d.url(), d.flightAt.Addr())
		if d.profilesAt != nil {
			text += fmt.Sprintf("profiles: http://%s\n", d.profilesAt.Addr())
		}
		if err := os.WriteFile(c.ReadyFile, []byte(text), 0o644); err != nil {
			return fmt.Errorf("--ready-file: %w", err)
		}
	}
	if !c.Sample {
		return nil
	}
	if err := c.showSample(ctx, d.url(), secret, out); err != nil {
		return fmt.Errorf("--sample: %w", err)
	}
	return nil
}
