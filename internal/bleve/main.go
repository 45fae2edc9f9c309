// Bleve answers a harness's requests with a bleve index, one JSON line each, as bench/peer's drivers in Python
// do. It is a module of its own, so that Outcrop's needs no bleve.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
)

// request is a line from the harness.
type request struct {
	Op     string  `json:"op"`
	Dir    string  `json:"dir"`
	SQL    string  `json:"sql"` // a query string of bleve's, behind topPrefix or not
	Tables []table `json:"tables"`
}

// table is one to load.
type table struct {
	Path    string            `json:"path"`
	Columns map[string]string `json:"columns"` // name to one of the keys of kinds
}

// reply is a line to it.
type reply struct {
	Error   string   `json:"error,omitempty"`
	Columns []string `json:"columns,omitempty"`
	Rows    [][]any  `json:"rows,omitempty"`
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "version" {
		fmt.Println(version())
		return
	}
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "bleve:", err)
		os.Exit(1)
	}
}

func serve() error {
	var x index
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for {
		var q request
		if err := in.Decode(&q); err != nil {
			return err
		}
		r, err := x.answer(q)
		if err != nil {
			r = reply{Error: err.Error()}
		}
		if err := out.Encode(r); err != nil || q.Op == "close" {
			return err
		}
	}
}

func (x *index) answer(q request) (reply, error) {
	switch q.Op {
	case "open":
		return reply{}, x.open(q.Dir)
	case "load":
		return reply{}, x.load(q.Tables)
	case "execute":
		return reply{}, x.merge()
	case "query", "run":
		return x.ask(q.SQL)
	case "close":
		return reply{}, x.close()
	}
	return reply{}, fmt.Errorf("there is no operation %q", q.Op)
}

// version of bleve in this program.
func version() string {
	info, _ := debug.ReadBuildInfo() // there is one, in a module
	for _, m := range info.Deps {
		if m.Path == "github.com/blevesearch/bleve/v2" {
			return m.Version
		}
	}
	return "unknown"
}
