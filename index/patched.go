package index

import (
	"fmt"
	"slices"

	"github.com/outcropdb/outcrop/index/patch"
	"github.com/outcropdb/outcrop/vec"
)

// patch works out what the patches among the writes make of the documents that are there when their turn comes:
// of what the writes before them left, or of what the shard shows. That is a function of the stream alone, so that
// a replay makes the same. Nothing of it is visible yet.
func (s *Shard) patch(writes []Write) error {
	if !slices.ContainsFunc(writes, func(w Write) bool { return w.Op == Patch }) {
		return nil
	}
	documents := s.scratch.documents
	last := map[string]int{} // by _id: the latest of the writes before that did something about it
	made := 0
	for i := range writes {
		w := &writes[i]
		before, known := last[string(w.ID)]
		if w.Op == Patch {
			var document vec.Value
			var err error
			if known {
				document = documents[before]
			} else if document, err = s.document(s.scratch.hashes[i], w.ID); err != nil {
				return fmt.Errorf("write %d: %w", i, err)
			}
			if w.Existed = document != nil; !w.Existed {
				continue
			}
			if documents[i], w.Refused = patched(document, w.Document); w.Refused != nil {
				continue
			}
			if made += len(documents[i]); made > MaxPatchedBytes {
				documents[i], w.Refused = nil, fmt.Errorf("the patches of the request make more than %d bytes of documents: send fewer at a time", MaxPatchedBytes)
				continue
			}
			if known && writes[before].Op == Patch {
				documents[before] = nil // nobody will ever see it
			}
		}
		last[string(w.ID)] = i
	}
	return nil
}

func patched(document, operations vec.Value) (vec.Value, error) {
	parsed, err := patch.Parse(operations)
	if err != nil {
		return nil, err
	}
	return patch.Apply(document, parsed)
}

// document is what the shard shows under an _id; nil for nothing.
func (s *Shard) document(hash uint64, id []byte) (vec.Value, error) {
	at, doc, ok, err := s.scratch.finder.find(s.current.parts, hash, id)
	if !ok || err != nil {
		return nil, err
	}
	return s.current.parts[at].Document(doc)
}
