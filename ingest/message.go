package ingest

import (
	"encoding/binary"
	"fmt"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/index/patch"
	"github.com/outcropdb/outcrop/vec"
)

// A message of the log is the changes of one request to one shard, in order:
//
//	version   byte
//	ticket    8 bytes: whom to tell how it went, while that one is there
//	changes   each: op byte, uvarint length of _id, _id, and of an upsert or a patch: uvarint length,
//	          the document or the patch's operations
//
// What the index will hold follows from the log alone: a replay asks nobody.
const messageVersion = 2 // 1: first, 2: patches

// MaxDepth is the most levels of arrays and objects in a document.
const MaxDepth = patch.MaxDepth

// patchDepth is that of a patch: values stand in an array of operations.
const patchDepth = MaxDepth + 2

func newMessage(ticket uint64) []byte {
	return binary.LittleEndian.AppendUint64([]byte{messageVersion}, ticket)
}

func appendWrite(dst []byte, w index.Write) []byte {
	dst = append(dst, byte(w.Op))
	dst = append(binary.AppendUvarint(dst, uint64(len(w.ID))), w.ID...)
	if w.Op != index.Delete {
		dst = append(binary.AppendUvarint(dst, uint64(len(w.Document))), w.Document...)
	}
	return dst
}

// decodeMessage reads a message; the writes alias it.
func decodeMessage(data []byte) (ticket uint64, writes []index.Write, err error) {
	if len(data) < 9 || data[0] < 1 || data[0] > messageVersion {
		return 0, nil, fmt.Errorf("log message of %d bytes: its version is not one of 1 to %d, which this program reads", len(data), messageVersion)
	}
	ticket = binary.LittleEndian.Uint64(data[1:])
	rest := data[9:]
	take := func() ([]byte, bool) {
		n, k := binary.Uvarint(rest)
		if k <= 0 || n > uint64(len(rest)-k) {
			return nil, false
		}
		field := rest[k : k+int(n) : k+int(n)]
		rest = rest[k+int(n):]
		return field, true
	}
	for len(rest) > 0 {
		w := index.Write{Op: index.Op(rest[0])}
		rest = rest[1:]
		ok := w.Op == index.Upsert || w.Op == index.Delete || w.Op == index.Patch
		if ok {
			w.ID, ok = take()
		}
		if ok && w.Op != index.Delete {
			depth := MaxDepth
			if w.Op == index.Patch {
				depth = patchDepth
			}
			if w.Document, ok = take(); ok {
				err = vec.Check(w.Document, depth)
			}
		}
		if !ok || err != nil {
			return 0, nil, fmt.Errorf("log message: change %d at byte %d is damaged: %w", len(writes), len(data)-len(rest), err)
		}
		writes = append(writes, w)
	}
	return ticket, writes, nil
}
