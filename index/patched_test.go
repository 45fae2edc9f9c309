package index

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/index/patch"
	"github.com/outcropdb/outcrop/vec"
)

// TestPatchLimitsDocumented: docs/rest.md has the limits of patches.
func TestPatchLimitsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/rest.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := strings.Join(strings.Fields(string(text)), " ")
	for _, want := range []string{
		fmt.Sprintf("at most %d,%03d operations", patch.MaxOperations/1000, patch.MaxOperations%1000),
		fmt.Sprintf("writes at most %d MiB", patch.MaxBytes>>20),
		fmt.Sprintf("leaves at most %d levels", patch.MaxDepth),
		fmt.Sprintf("at most %d MiB of documents", MaxPatchedBytes>>20),
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("docs/rest.md lacks: %s", want)
		}
	}
}

// TestPatchLimit: what the patches of one Apply make is bounded, whatever the parts, and the rest is refused.
func TestPatchLimit(t *testing.T) {
	const text = 1 << 20
	s, err := Open(fs.NewCrash(1, 0), "shard", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b, mark := vec.BeginObject(nil)
	b = vec.AppendContent(vec.AppendKey(b, "_id"), vec.String, "a")
	b = vec.AppendContent(vec.AppendKey(b, "text"), vec.String, strings.Repeat("x", text))
	b = vec.AppendInt(vec.AppendKey(b, "n"), vec.Int, 1)
	b = testDocument("", 3).Field("inner").Append(vec.AppendKey(b, "inner"))
	document := vec.EndObject(b, mark)
	writes := []Write{{Op: Upsert, ID: []byte("a"), Document: document}}
	for range MaxPatchedBytes/text + 10 {
		writes = append(writes, patchOf("a", false))
	}
	if err := s.Apply(1, writes); err != nil {
		t.Fatal(err)
	}
	patched := 0
	for _, w := range writes[1:] {
		switch {
		case !w.Existed:
			t.Fatal("the document was not found")
		case w.Refused == nil:
			patched++
		case !strings.Contains(w.Refused.Error(), "send fewer at a time"):
			t.Fatal(w.Refused)
		}
	}
	if most := MaxPatchedBytes / text; patched >= most || patched < most-5 {
		t.Errorf("%d of %d patches of documents of %d bytes", patched, len(writes)-1, text)
	}
	found, err := s.document(s.scratch.hashes[0], []byte("a"))
	if err != nil || found.Field("n").Int() != 1+int64(patched)*patchedOnce || s.memtable.Rows() != 2 {
		t.Errorf("got n %d of %d documents, %v", found.Field("n").Int(), s.memtable.Rows(), err)
	}
}
