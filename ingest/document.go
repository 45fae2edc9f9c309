package ingest

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/outcropdb/outcrop/vec"
)

// Names of the fields that every document has.
const (
	IDField        = "_id"
	EventTimeField = "_event_time"
)

// MaxIDBytes is the most bytes of an _id.
const MaxIDBytes = 1024

// complete gives a document its _id and _event_time where it lacks them, puts them first, and returns it
// with its _id. The document is copied.
func complete(doc vec.Value, now time.Time) (_ vec.Value, id []byte, err error) {
	if doc.Type() != vec.Object {
		return nil, nil, fmt.Errorf("a document is %s, want an object", doc.Type())
	}
	var at vec.Value
	for key, value := range doc.Fields() {
		switch string(key) {
		case IDField:
			id, err = checkID(value)
		case EventTimeField:
			at, err = eventTime(value)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if id == nil {
		id = []byte(uuid.NewString())
	}
	if at == nil {
		at = vec.IntValue(vec.Timestamp, now.UnixMicro())
	}
	out, mark := vec.BeginObject(make([]byte, 0, len(doc)+80))
	out = vec.AppendContent(vec.AppendKey(out, IDField), vec.String, id)
	out = at.Append(vec.AppendKey(out, EventTimeField))
	for key, value := range doc.Fields() {
		if k := string(key); k != IDField && k != EventTimeField {
			out = value.Append(vec.AppendKey(out, key))
		}
	}
	return vec.EndObject(out, mark), id, nil
}

// checkID is the content of an _id that was given; nil for null.
func checkID(v vec.Value) ([]byte, error) {
	if v.IsNull() {
		return nil, nil
	}
	if v.Type() != vec.String {
		return nil, fmt.Errorf("_id is %s, want a string", v.Type())
	}
	if id := v.Content(); len(id) > 0 && len(id) <= MaxIDBytes {
		return id, nil
	}
	return nil, fmt.Errorf("_id has %d bytes, want 1 to %d", len(v.Content()), MaxIDBytes)
}

// eventTime takes a timestamp, an int of microseconds since 1970, or a string in ISO 8601; nil for null.
func eventTime(v vec.Value) (vec.Value, error) {
	switch v.Type() {
	case vec.Undefined, vec.Null:
		return nil, nil
	case vec.Timestamp:
		return v, nil
	case vec.Int:
		if !vec.InRange(vec.Timestamp, v.Int()) {
			return nil, fmt.Errorf("_event_time is %d microseconds since 1970, outside the years 1 to 9999", v.Int())
		}
		return vec.IntValue(vec.Timestamp, v.Int()), nil
	case vec.String:
		micros, err := vec.ParseText(vec.Timestamp, v.Content())
		if err != nil {
			return nil, fmt.Errorf("_event_time: %w", err)
		}
		return vec.IntValue(vec.Timestamp, micros), nil
	}
	return nil, fmt.Errorf("_event_time is %s, want a timestamp, microseconds since 1970 or a string in ISO 8601", v.Type())
}
