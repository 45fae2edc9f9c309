package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	echoWarm   = 200 // requests before those that count
	echoRounds = 2000
	// echoBody is about as long as a point lookup.
	echoBody = `{"sql":{"query":"SELECT e.name FROM events20m e WHERE e._id = '00000000-0000-0000-0000-000000000000'"}}`
)

// ServeEcho is a bare net/http server that answers with what it is sent: it prints its address to out and
// serves until in ends.
func ServeEcho(in io.Reader, out io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, listener.Addr())
	go func() { io.Copy(io.Discard, in); listener.Close() }()
	if err := http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })); !strings.Contains(err.Error(), net.ErrClosed.Error()) {
		return err
	}
	return nil
}

// Echo measures an HTTP request and reply over loopback. The command runs ServeEcho in a process of its own.
func Echo(command ...string) LimitSource {
	return func(ctx context.Context, _ string) ([]Limit, error) {
		c := exec.CommandContext(ctx, command[0], command[1:]...)
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
			return nil, fmt.Errorf("HTTP echo: %w", err)
		}
		defer func() { in.Close(); c.Wait() }()
		address, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("HTTP echo: its address: %w", err)
		}
		client := &http.Client{Transport: &http.Transport{}}
		defer client.CloseIdleConnections()
		h := &Histogram{}
		for i := range echoWarm + echoRounds {
			begin := time.Now()
			response, err := client.Post("http://"+strings.TrimSpace(address), "application/json", strings.NewReader(echoBody))
			if err != nil {
				return nil, fmt.Errorf("HTTP echo: %w", err)
			}
			_, err = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if err != nil {
				return nil, fmt.Errorf("HTTP echo: %w", err)
			}
			if i >= echoWarm {
				h.Add(time.Since(begin))
			}
		}
		return []Limit{
			{Name: "HTTP echo, p50", Unit: "us", Before: micros(h.Percentile(50))},
			{Name: "HTTP echo, p99", Unit: "us", Before: micros(h.Percentile(99))},
		}, ctx.Err()
	}
}
