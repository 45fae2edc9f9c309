package index

import (
	"slices"

	"github.com/outcropdb/outcrop/index/manifest"
	"github.com/outcropdb/outcrop/index/memtable"
	"github.com/outcropdb/outcrop/vec"
)

// eventTimePath is where documents have their _event_time, a timestamp.
var eventTimePath = vec.Path{"_event_time"}

// oldest is the _event_time before which documents have expired; ok is false when none ever do. The caller has mu.
func (s *Shard) oldest() (micros int64, ok bool) {
	if s.retention <= 0 || s.now.IsZero() {
		return 0, false
	}
	return s.now.Add(-s.retention).UnixMicro(), true
}

// expired is the durable segments whose newest document has expired. The caller has mu.
func (s *Shard) expired() (parts []*part) {
	oldest, ok := s.oldest()
	if !ok {
		return nil
	}
	for _, p := range s.durable.parts {
		if p.file.entry.Newest < oldest {
			parts = append(parts, p)
		}
	}
	return parts
}

// since is p without the documents from before a time; one without a timestamp stays.
func (p *part) since(oldest int64) (*part, error) {
	var times vec.Vector
	if err := p.Column(&times, eventTimePath, 0, p.Rows()); err != nil {
		return nil, err
	}
	if times.Type != vec.Timestamp {
		return p, nil
	}
	micros := times.I64
	if times.Form == vec.Dict {
		micros = times.Values.I64
	}
	e := edit(p.live)
	for doc := range p.Rows() {
		if !times.IsNull(doc) && micros[times.At(doc)] < oldest {
			e.clear(uint32(doc))
		}
	}
	return p.with(e.done()), nil
}

// newest is the _event_time of the newest of a view's documents; Forever if any has none.
func newest(view *memtable.View) int64 {
	var times vec.Vector
	if err := view.Column(&times, eventTimePath, 0, view.Rows()); err != nil || times.Type != vec.Timestamp || times.Valid != nil {
		return manifest.Forever
	}
	if times.Form == vec.Const {
		return times.I64[0]
	}
	return slices.Max(times.I64)
}
