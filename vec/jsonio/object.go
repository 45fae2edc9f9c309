package jsonio

import (
	"encoding/binary"
	"fmt"

	"github.com/outcropdb/outcrop/vec"
)

// maxKnown is how many fields a Reader remembers from one document to the next; documents whose keys are
// data (ids as keys) would otherwise make it grow without end. It forgets everything and starts anew.
const maxKnown = 4 * MaxFields

// field is what a Reader knows of a key in the objects at one path. Objects in an array are at the path of
// the array. Documents resemble their predecessor: a key is first compared with the one that followed the
// same key the last time, which saves scanning it, and looked up only when that guess is wrong.
type field struct {
	token   string // the key as it stands in the text: with quotes; "" when it has to be escaped there
	encoded string // the key as it stands in an encoded object: with its length
	seen    uint64 // serial number of the last object that had this key: what tells duplicates
	first   *field // guess: an object that is the value begins with this key
	next    *field // guess: this key follows
	typed   bool   // the key is vec.TypeKey
	key     string
	parent  *field            // nil for the root
	below   map[string]*field // the keys of objects at this path
}

// path of the field from the document.
func (f *field) path() vec.Path {
	if f.parent == nil {
		return nil
	}
	return append(f.parent.path(), f.key)
}

// open is an object being written.
type open struct {
	mark      int    // where it begins in the output
	serial    uint64 // its number
	duplicate bool   // it has a key twice
	typed     bool   // it has vec.TypeKey
}

// add notes that the object has a field.
func (o *open) add(f *field) {
	o.duplicate = o.duplicate || f.seen == o.serial
	o.typed = o.typed || f.typed
	f.seen = o.serial
}

// closeObject ends an object behind its last field, and makes it what it stands for.
func (r *Reader) closeObject(dst []byte, o *open) ([]byte, error) {
	dst = vec.EndObject(dst, o.mark)
	if o.duplicate {
		dst = r.lastWins(dst, o.mark)
	}
	if o.typed {
		return r.typedValue(dst, o.mark)
	}
	return dst, nil
}

func (r *Reader) object(dst []byte, i int, at *field, depth int) ([]byte, int, error) {
	if depth == MaxDepth {
		return dst, i, tooDeep(i)
	}
	text, begin := r.text, i
	dst, mark := vec.BeginObject(dst)
	r.objects++
	o := open{mark: mark, serial: r.objects}
	i = space(text, i+1)
	if i < len(text) && text[i] == '}' {
		return vec.EndObject(dst, mark), i + 1, nil
	}
	var err error
	for guess := &at.first; ; {
		var f *field
		if g := *guess; g != nil && g.matches(text, i) {
			f, i = g, i+len(g.token)
		} else if g != nil && g.next != nil && g.next.matches(text, i) {
			f, i = g.next, i+len(g.next.token)
		} else {
			if f, i, err = r.key(i, at); err != nil {
				return dst, i, err
			}
			*guess = f
		}
		guess = &f.next
		o.add(f)
		if r.fields++; r.fields > MaxFields {
			return dst, i, meaningError(i, "document has more fields than MaxFields, which is %d", MaxFields)
		}
		dst = append(dst, f.encoded...)
		if i = space(text, i); i == len(text) || text[i] != ':' {
			return dst, i, r.unexpected(i, "':'")
		}
		if dst, i, err = r.value(dst, space(text, i+1), f, depth+1); err != nil {
			return dst, i, err
		}
		if i = space(text, i); i < len(text) && text[i] == ',' {
			i = space(text, i+1)
			continue
		}
		if i < len(text) && text[i] == '}' {
			break
		}
		return dst, i, r.unexpected(i, "',' or '}'")
	}
	if dst, err = r.closeObject(dst, &o); err != nil {
		return dst, i, meaningError(begin, "%s%s", where(at), err)
	}
	return dst, i + 1, nil
}

// matches tells whether the key stands at text[i].
func (f *field) matches(text []byte, i int) bool {
	return len(text)-i >= len(f.token) && string(text[i:i+len(f.token)]) == f.token && f.token != ""
}

// key reads the key at text[i] of an object at a path and finds out which field it is.
func (r *Reader) key(i int, at *field) (*field, int, error) {
	if i == len(r.text) || r.text[i] != '"' {
		return nil, i, r.unexpected(i, "a key in quotes")
	}
	key, end, err := r.unquote(i)
	if err != nil {
		return nil, end, err
	}
	f, err := r.fieldOf(key, at)
	if err != nil {
		return nil, i, meaningError(i, "%s%s", where(at), err)
	}
	return f, end, nil
}

// fieldOf finds the field of a key in objects at a path, or gets to know it.
func (r *Reader) fieldOf(key []byte, at *field) (*field, error) {
	if f := at.below[string(key)]; f != nil {
		return f, nil
	}
	if len(key) > MaxKeyBytes {
		return nil, fmt.Errorf("key of %d bytes is longer than MaxKeyBytes, which is %d", len(key), MaxKeyBytes)
	}
	f := &field{key: string(key), parent: at, typed: string(key) == vec.TypeKey}
	f.encoded = string(vec.AppendKey(nil, key))
	if special(key, 0) == len(key) {
		f.token = `"` + f.key + `"`
	}
	if at.below == nil {
		at.below = make(map[string]*field)
	}
	at.below[f.key] = f
	r.known++
	return f, nil
}

// lastWins rewrites the object at dst[mark:] so that every key stands once, where it stood first, with
// the value that it had last.
func (r *Reader) lastWins(dst []byte, mark int) []byte {
	object := vec.Value(dst[mark:])
	last := make(map[string]vec.Value)
	for key, v := range object.Fields() {
		last[string(key)] = v
	}
	out := r.scratch[:0]
	for key := range object.Fields() {
		if v := last[string(key)]; v != nil {
			out = append(vec.AppendKey(out, key), v...)
			last[string(key)] = nil
		}
	}
	r.scratch = out
	dst = append(dst[:mark+5], out...)
	binary.LittleEndian.PutUint32(dst[mark+1:], uint32(len(out)))
	return dst
}
