package stream

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

const (
	// startTimeout bounds the start of a server that has recovered its file store.
	startTimeout = 10 * time.Second

	// maxPending is how far the server may run ahead of a reader in this process before it
	// takes it for dead: several of the largest messages.
	maxPending = 256 << 20
)

// embed starts a NATS server inside this process that listens nowhere.
func (s *Stream) embed(ctx context.Context) (err error) {
	dir := s.options.Dir
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	if s.lock, err = lockDir(dir); err != nil {
		return err
	}
	kept, err := keptStreams(dir)
	if err != nil {
		return err
	}
	s.server, err = server.NewServer(&server.Options{
		ServerName: "outcrop",
		DontListen: true,
		NoSigs:     true,
		JetStream:  true,
		StoreDir:   dir,
		SyncAlways: true, // the default syncs every 2 minutes: acknowledged would not be durable
		MaxPayload: MaxMessage + headerRoom,
		MaxPending: maxPending,

		DisableJetStreamBanner: true,
	})
	if err != nil {
		return fmt.Errorf("stream: %s: %w", dir, err)
	}
	logger := &serverLogger{Logger: s.options.Logger}
	s.server.SetLoggerV2(logger, false, false, false)
	s.server.Start() // recovers the file store before it returns
	if !s.server.ReadyForConnections(startTimeout) || !s.server.JetStreamEnabled() {
		return fmt.Errorf("stream: the log in %s does not start%s", dir, logger.trouble())
	}
	s.conn, err = nats.Connect("", nats.InProcessServer(s.server), nats.Name("outcrop"), nats.MaxReconnects(-1), nats.Timeout(setupTimeout))
	if err != nil {
		return fmt.Errorf("stream: connecting to the embedded log: %w", err)
	}
	if s.js, err = newJetStream(s.conn); err != nil {
		return err
	}
	// A stream whose files are damaged is skipped by the server; making it anew would lose
	// its messages without a word.
	for _, name := range kept {
		if _, err := s.js.Stream(ctx, name); err != nil {
			return fmt.Errorf("stream: %s in %s cannot be read: %w%s; restore the data folder from a backup",
				name, dir, err, logger.trouble())
		}
	}
	return nil
}

// keptStreams names the JetStream streams that have messages on disk.
func keptStreams(dir string) ([]string, error) {
	streams := filepath.Join(dir, server.JetStreamStoreDir, "$G", "streams")
	blocks, err := filepath.Glob(filepath.Join(streams, "*", "msgs", "*.blk"))
	if err != nil {
		return nil, fmt.Errorf("stream: %s: %w", dir, err)
	}
	var names []string
	for _, block := range blocks {
		name, _, _ := strings.Cut(strings.TrimPrefix(block, streams+string(filepath.Separator)), string(filepath.Separator))
		if info, err := os.Stat(block); err == nil && info.Size() > 0 && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// serverLogger hands the server's log to slog. Its notices are details to us; its errors
// during the start are kept for Open's error.
type serverLogger struct {
	*slog.Logger
	mu  sync.Mutex
	bad []string
}

// maxTrouble is how many of the server's complaints are kept.
const maxTrouble = 4

func (l *serverLogger) keep(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.bad) < maxTrouble {
		l.bad = append(l.bad, strings.TrimSpace(text))
	}
}

// trouble is what the server complained about, ready to follow an error's text.
func (l *serverLogger) trouble() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.bad) == 0 {
		return ""
	}
	return ": " + strings.Join(l.bad, "; ")
}

func (l *serverLogger) Noticef(format string, v ...any) {
	l.Debug("nats: " + fmt.Sprintf(format, v...))
}

func (l *serverLogger) Debugf(format string, v ...any) { l.Debug("nats: " + fmt.Sprintf(format, v...)) }
func (l *serverLogger) Tracef(format string, v ...any) {}

func (l *serverLogger) Warnf(format string, v ...any) {
	if strings.HasPrefix(format, "Maximum payloads over") {
		return // advice against MaxMessage, which we chose
	}
	text := fmt.Sprintf(format, v...)
	l.keep(text)
	l.Warn("nats: " + text)
}

func (l *serverLogger) Errorf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	l.keep(text)
	l.Error("nats: " + text)
}

// Fatalf does not end the process: Open, which sees the server not start, returns the reason.
func (l *serverLogger) Fatalf(format string, v ...any) { l.Errorf(format, v...) }
