package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	echoWarm   = 200 // requests before those that count
	echoRounds = 2000
	// echoBody is about as long as a point lookup.
	echoBody = `{"sql":{"query":"SELECT e.name FROM events20m e WHERE e._id = '00000000-0000-0000-0000-000000000000'"}}`
)

// echo is a protocol's bare server, which answers with what it is sent, and a client of it.
type echo struct {
	name  string
	serve func(net.Listener) error // until the listener is closed
	// dial gives what sends a request and takes in the reply.
	dial func(address string) (ask func(context.Context) error, hangUp func(), err error)
}

var echoes = []echo{
	{"HTTP", serveHTTPEcho, dialHTTPEcho},
	{"gRPC", serveGRPCEcho, dialGRPCEcho},
}

// ServeEcho serves a protocol of echoes: it prints its address to out and serves until in ends.
func ServeEcho(protocol string, in io.Reader, out io.Writer) error {
	for _, e := range echoes {
		if e.name != protocol {
			continue
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		fmt.Fprintln(out, listener.Addr())
		go func() { io.Copy(io.Discard, in); listener.Close() }()
		if err := e.serve(listener); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	}
	return fmt.Errorf("there is no echo of %q", protocol)
}

// Echo measures a request and reply over loopback, by each protocol. The command, with the protocol's name
// behind it, runs ServeEcho in a process of its own.
func Echo(command ...string) LimitSource {
	return func(ctx context.Context, _ string) (limits []Limit, err error) {
		for _, e := range echoes {
			h, err := measureEcho(ctx, e, append(command[1:len(command):len(command)], e.name), command[0])
			if err != nil {
				return limits, fmt.Errorf("%s echo: %w", e.name, err)
			}
			limits = append(limits, Limit{Name: e.name + " echo, p50", Unit: "us", Before: micros(h.Percentile(50))},
				Limit{Name: e.name + " echo, p99", Unit: "us", Before: micros(h.Percentile(99))})
		}
		return limits, nil
	}
}

func measureEcho(ctx context.Context, e echo, arguments []string, program string) (*Histogram, error) {
	c := exec.CommandContext(ctx, program, arguments...)
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		return nil, err
	}
	defer func() { in.Close(); c.Wait() }()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("its address: %w", err)
	}
	return timeEcho(ctx, e, strings.TrimSpace(address), echoWarm, echoRounds)
}

// timeEcho asks so many times, and counts those after the first ones.
func timeEcho(ctx context.Context, e echo, address string, warm, rounds int) (*Histogram, error) {
	ask, hangUp, err := e.dial(address)
	if err != nil {
		return nil, err
	}
	defer hangUp()
	h := &Histogram{}
	for i := range warm + rounds {
		begin := time.Now()
		if err := ask(ctx); err != nil {
			return nil, err
		}
		if i >= warm {
			h.Add(time.Since(begin))
		}
	}
	return h, nil
}

func serveHTTPEcho(l net.Listener) error {
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }))
}

func dialHTTPEcho(address string) (func(context.Context) error, func(), error) {
	client := &http.Client{Transport: &http.Transport{}}
	ask := func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address, strings.NewReader(echoBody))
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		_, err = io.Copy(io.Discard, response.Body)
		return err
	}
	return ask, client.CloseIdleConnections, nil
}

// The name of gRPC's echo, a service of one method.
const (
	grpcEchoService = "outcrop.bench.Echo"
	grpcEchoMethod  = "Echo"
)

func serveGRPCEcho(l net.Listener) error {
	s := grpc.NewServer()
	s.RegisterService(&grpc.ServiceDesc{
		ServiceName: grpcEchoService, HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{
			MethodName: grpcEchoMethod,
			Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
				text := &wrapperspb.StringValue{}
				return text, decode(text)
			},
		}},
	}, nil)
	return s.Serve(l)
}

func dialGRPCEcho(address string) (func(context.Context) error, func(), error) {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, nil, err
	}
	sent := wrapperspb.String(echoBody)
	ask := func(ctx context.Context) error {
		return connection.Invoke(ctx, "/"+grpcEchoService+"/"+grpcEchoMethod, sent, &wrapperspb.StringValue{})
	}
	return ask, func() { connection.Close() }, nil
}
