package peer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/outcropdb/outcrop/bench"
)

const (
	// postgresServers is where Debian has servers, in a folder a version.
	postgresServers = "/usr/lib/postgresql/*/bin/postgres"
	// postgresAccount is whose process the server is when we are root, which it refuses to be.
	postgresAccount = "postgres"
	// postgresUser is the database's superuser.
	postgresUser = "postgres"
	// postgresPoll is how often a starting server is looked after.
	postgresPoll = time.Millisecond
)

// postgresSettings are for a machine of some 2 cores and 8 GiB or more that is the server's for the time.
func postgresSettings(threads int) map[string]string {
	return map[string]string{
		"listen_addresses":                 "", // a socket only
		"shared_buffers":                   "1GB",
		"effective_cache_size":             "4GB",
		"work_mem":                         "256MB",
		"maintenance_work_mem":             "1GB",
		"max_wal_size":                     "8GB",
		"wal_level":                        "minimal", // nobody replicates
		"max_wal_senders":                  "0",
		"random_page_cost":                 "1.1", // no spinning disk
		"client_connection_check_interval": "1s",  // a query whose asker gave up ends
		"max_parallel_workers":             strconv.Itoa(threads),
		"max_parallel_workers_per_gather":  strconv.Itoa(threads - 1), // the asker's process works, too
		"max_parallel_maintenance_workers": strconv.Itoa(threads - 1),
	}
}

// postgresProgram is a program of the newest version that is there.
func postgresProgram(name string) string {
	found, _ := filepath.Glob(postgresServers) // the pattern is well-formed; its matches are in order
	if len(found) == 0 {
		return name
	}
	return filepath.Join(filepath.Dir(found[len(found)-1]), name)
}

// postgresVersion needs the server from Debian, the client from PyPI, and somebody to be.
func postgresVersion(ctx context.Context, s bench.Setting) (string, error) {
	out, err := exec.CommandContext(ctx, postgresProgram("postgres"), "--version").Output()
	if err != nil {
		return "", fmt.Errorf("PostgreSQL is not there (%s): run make bench-peers as root, or install Debian's postgresql", postgresServers)
	}
	if _, err := driverVersion("psycopg")(ctx, s); err != nil {
		return "", err
	}
	if os.Geteuid() == 0 {
		if _, err := user.Lookup(postgresAccount); err != nil {
			return "", fmt.Errorf("PostgreSQL refuses to run as root: %w; Debian's package postgresql makes it", err)
		}
	}
	return strings.TrimSpace(strings.TrimPrefix(string(out), "postgres (PostgreSQL)")), nil
}

// postgresServer is a server and the folder of its socket, whose path has to be short.
type postgresServer struct {
	process *bench.Process
	socket  string
}

// startPostgresServer starts a server, in a new cluster unless there is one, and waits until it answers.
func startPostgresServer(ctx context.Context, s bench.Setting) (_ *postgresServer, err error) {
	cluster := filepath.Join(s.Dir, "cluster")
	p := &postgresServer{}
	if p.socket, err = os.MkdirTemp("", "outcrop-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.stop())
		}
	}()
	if err := postgresOwn(s.Dir, p.socket); err != nil {
		return nil, err
	}
	if _, err := os.Stat(cluster); errors.Is(err, os.ErrNotExist) {
		out, err := postgresCommand("initdb", "--pgdata", cluster, "--username", postgresUser, "--auth", "trust", "--encoding", "UTF8", "--locale", "C").CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
		}
	}
	arguments := []string{"-D", cluster, "-k", p.socket}
	for name, value := range postgresSettings(s.Threads) {
		arguments = append(arguments, "-c", name+"="+value)
	}
	command := postgresCommand("postgres", arguments...)
	command.Dir, command.Stdout, command.Stderr = s.Dir, s.Log, s.Log
	if p.process, err = bench.StartProcess(command); err != nil {
		return nil, err
	}
	return p, p.wait(ctx, filepath.Join(cluster, "postmaster.pid"))
}

// wait looks for the word in the server's file of its state that it answers.
func (p *postgresServer) wait(ctx context.Context, state string) error {
	ticker := time.NewTicker(postgresPoll)
	defer ticker.Stop()
	for {
		if text, err := os.ReadFile(state); err == nil && bytes.Contains(text, []byte("\nready")) {
			return nil
		}
		select {
		case <-ticker.C:
		case <-p.process.Ended():
			return errors.New("postgres ended: its log says why")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// stop ends the server, whose clients have left, and removes its socket.
func (p *postgresServer) stop() error {
	var err error
	if p.process != nil {
		err = p.process.Stop()
	}
	return errors.Join(err, os.RemoveAll(p.socket))
}

// postgresCommand is a program of PostgreSQL's, run as another if we are root. It ends with us.
func postgresCommand(program string, arguments ...string) *exec.Cmd {
	path := postgresProgram(program)
	if os.Geteuid() != 0 {
		return exec.Command(path, arguments...)
	}
	return exec.Command("setpriv", append([]string{"--reuid", postgresAccount, "--regid", postgresAccount, "--clear-groups", "--pdeathsig", "QUIT", path}, arguments...)...)
}

// postgresOwn gives folders to who the server runs as.
func postgresOwn(folders ...string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	account, err := user.Lookup(postgresAccount)
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(account.Uid) // numbers, on Unix
	gid, _ := strconv.Atoi(account.Gid)
	for _, folder := range folders {
		if err := os.Chown(folder, uid, gid); err != nil {
			return err
		}
	}
	return nil
}
