package rest

import (
	"net/http"
	"strconv"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// result is the server.Receiver that makes JSON of a query's rows: an object a row, a comma behind each.
type result struct {
	out    *buffer
	fields []plan.Field // with distinct names
	whole  bool         // no column is a star
	encode *jsonio.Encoder
	splice *splicer
	memory instance.Account
}

// newResult makes a result that takes its memory from a budget until release.
func newResult(budget *instance.Budget) *result {
	return &result{out: getBuffer(), memory: instance.Account{Budget: budget}}
}

func (r *result) release() {
	r.memory.Close()
	r.out.release()
}

// Fields is the Receiver's.
func (r *result) Fields(fields []plan.Field) error {
	r.fields, r.whole = distinct(fields), !hasStar(fields)
	if !r.whole {
		r.splice = newSplicer(r.fields)
		return nil
	}
	names := make([]string, len(fields))
	for i, f := range r.fields {
		names[i] = f.Name
	}
	r.encode = jsonio.NewEncoder(names, false)
	return nil
}

// Batch is the Receiver's.
func (r *result) Batch(b *vec.Batch) error {
	if r.whole {
		r.out.bytes = r.encode.Append(r.out.bytes, b, ',')
	} else {
		r.out.bytes = r.splice.append(r.out.bytes, b)
	}
	if len(r.out.bytes) > MaxResultBytes {
		return refuse(http.StatusBadRequest, "RESOURCEEXCEEDED",
			"the result has more than %d MiB as JSON: ask for less with LIMIT or fewer columns, or use Arrow Flight SQL, which streams", MaxResultBytes>>20)
	}
	return r.memory.Set(int64(cap(r.out.bytes)))
}

// Bytes is what the query's memory is charged with.
func (r *result) Bytes() int64 { return int64(cap(r.out.bytes)) }

// text is the rows with commas between them.
func (r *result) text() []byte { return r.out.bytes[:max(0, len(r.out.bytes)-1)] }

// columns fix the order of columns, which objects do not; there are none where stars have their own.
func (r *result) columns() []fieldModel {
	if !r.whole {
		return nil
	}
	list := make([]fieldModel, len(r.fields))
	for i, f := range r.fields {
		list[i] = fieldModel{f.Name, f.Type.String()}
	}
	return list
}

// distinct gives columns after the first of a name another one: a, a_2, a_3. An object keeps only one value
// of a key.
func distinct(fields []plan.Field) []plan.Field {
	out := make([]plan.Field, len(fields))
	taken := make(map[string]bool, len(fields))
	for _, f := range fields {
		taken[f.Name] = true
	}
	seen := make(map[string]bool, len(fields))
	for i, f := range fields {
		name := f.Name
		if name != star && seen[name] {
			for n := 2; taken[name]; n++ {
				name = f.Name + "_" + strconv.Itoa(n)
			}
			taken[name] = true
		}
		seen[name] = true
		out[i] = plan.Field{Name: name, Type: f.Type}
	}
	return out
}

// splicer writes rows of which a column or several are documents, whose fields stand for columns of their
// own. What is undefined is left out. A column that has a name wins over a field of a document, and a later
// document over an earlier one.
type splicer struct {
	keys  [][]byte // of named columns: "a":
	names map[string]bool
	stars []int // columns
	row   []vec.Value
	value []byte
}

func newSplicer(fields []plan.Field) *splicer {
	s := &splicer{names: map[string]bool{}, keys: make([][]byte, len(fields)), row: make([]vec.Value, len(fields))}
	for i, f := range fields {
		if f.Name == star {
			s.stars = append(s.stars, i)
			continue
		}
		s.names[f.Name] = true
		s.keys[i] = append(vec.AppendJSONString(nil, []byte(f.Name)), ':')
	}
	return s
}

func (s *splicer) append(dst []byte, b *vec.Batch) []byte {
	for i := range b.Rows {
		for _, c := range s.stars {
			s.row[c] = b.Columns[c].Value(i)
		}
		dst = append(dst, '{')
		begin := len(dst)
		for c, v := range b.Columns {
			switch {
			case s.keys[c] == nil:
				dst = s.document(dst, c)
			case !v.IsUndefined(i):
				s.value = v.AppendValue(s.value[:0], i)
				dst = append(vec.AppendJSON(append(dst, s.keys[c]...), s.value), ',')
			}
		}
		if len(dst) > begin {
			dst = dst[:len(dst)-1]
		}
		dst = append(dst, '}', ',')
	}
	return dst
}

// document writes the fields of the row's document in column c, each with a comma behind it.
func (s *splicer) document(dst []byte, c int) []byte {
	if s.row[c].Type() != vec.Object { // the other side of an outer join
		return dst
	}
	for key, value := range s.row[c].Fields() {
		if value.Type() == vec.Undefined || s.names[string(key)] || s.later(c, key) {
			continue
		}
		dst = append(vec.AppendJSONString(dst, key), ':')
		dst = append(vec.AppendJSON(dst, value), ',')
	}
	return dst
}

// later tells whether a document behind that of column c has the key.
func (s *splicer) later(c int, key []byte) bool {
	for _, other := range s.stars {
		if other > c && s.row[other].Field(string(key)).Type() != vec.Undefined {
			return true
		}
	}
	return false
}
