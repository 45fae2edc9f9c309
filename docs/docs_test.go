// Package docs tests what the documents say about the code.
package docs

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/outcropdb/outcrop/"

// TestImports holds every import within the project against the deps block of ARCHITECTURE.md.
func TestImports(t *testing.T) {
	allowed := readDeps(t)
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, path := range p.Imports {
			imported, ours := strings.CutPrefix(path, module)
			if ours && !allowed(name, imported) {
				t.Errorf("%s imports %s, which the deps block of ARCHITECTURE.md does not allow", name, imported)
			}
		}
	}
}

// readDeps gives the relation of the deps block, transitively closed.
func readDeps(t *testing.T) func(importer, imported string) bool {
	t.Helper()
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```deps\n(.*?)```").FindSubmatch(text)
	if block == nil {
		t.Fatal("ARCHITECTURE.md has no deps block")
	}
	direct := map[string][]string{}
	for line := range strings.Lines(string(block[1])) {
		var before []string
		for i, group := range strings.Split(strings.TrimSpace(line), "<") {
			var names []string
			for _, name := range strings.Split(group, ",") {
				names = append(names, strings.TrimSpace(name))
			}
			if i > 0 {
				for _, name := range names {
					direct[name] = append(direct[name], before...)
				}
			}
			before = names
		}
	}
	var reaches func(from, to string, seen []string) bool
	reaches = func(from, to string, seen []string) bool {
		for _, next := range direct[from] {
			if next == to || !slices.Contains(seen, next) && reaches(next, to, append(seen, next)) {
				return true
			}
		}
		return false
	}
	return func(importer, imported string) bool { return reaches(importer, imported, nil) }
}

// TestFolders holds the folders named in ARCHITECTURE.md against those that there are.
func TestFolders(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "list", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for _, path := range strings.Fields(string(out)) {
		if name := strings.TrimPrefix(path, module); !strings.Contains(string(text), "`"+name+"`") && name != "docs" {
			t.Errorf("ARCHITECTURE.md does not say what %s is for", name)
		}
	}
}

// TestLinks follows the links between documents.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for _, dir := range []string{".", "decisions", ".."} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".md") {
				continue
			}
			text, err := os.ReadFile(dir + "/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range link.FindAllSubmatch(text, -1) {
				if _, err := os.Stat(dir + "/" + string(m[1])); err != nil {
					t.Errorf("%s/%s links to %s, which is not there", dir, e.Name(), m[1])
				}
			}
		}
	}
}
