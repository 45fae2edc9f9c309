package ingest

import (
	"encoding/binary"
	"fmt"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/vec"
)

// A message of the log is the changes of one request to one shard, in order:
//
//	version   byte
//	ticket    8 bytes: whom to tell how it went, while that one is there
//	changes   each: op byte, uvarint length of _id, _id, and of an upsert: uvarint length, document
//
// The log holds exactly what the index will: a replay asks nobody.
const messageVersion = 1 // 1: first

// MaxDepth is the most levels of arrays and objects in a document.
const MaxDepth = 128

func newMessage(ticket uint64) []byte {
	return binary.LittleEndian.AppendUint64([]byte{messageVersion}, ticket)
}

func appendWrite(dst []byte, w index.Write) []byte {
	dst = append(dst, byte(w.Op))
	dst = append(binary.AppendUvarint(dst, uint64(len(w.ID))), w.ID...)
	if w.Op == index.Upsert {
		dst = append(binary.AppendUvarint(dst, uint64(len(w.Document))), w.Document...)
	}
	return dst
}

// decodeMessage reads a message; the writes alias it.
func decodeMessage(data []byte) (ticket uint64, writes []index.Write, err error) {
	if len(data) < 9 || data[0] != messageVersion {
		return 0, nil, fmt.Errorf("log message of %d bytes: version is not %d", len(data), messageVersion)
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
		ok := w.Op == index.Upsert || w.Op == index.Delete
		if ok {
			w.ID, ok = take()
		}
		if ok && w.Op == index.Upsert {
			if w.Document, ok = take(); ok {
				err = vec.Check(w.Document, MaxDepth)
			}
		}
		if !ok || err != nil {
			return 0, nil, fmt.Errorf("log message: change %d at byte %d is damaged: %w", len(writes), len(data)-len(rest), err)
		}
		writes = append(writes, w)
	}
	return ticket, writes, nil
}
