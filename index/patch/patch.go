// Package patch answers: here is a document and a list of operations, what becomes of it?
//
// The operations are those of JSON Patch (RFC 6902), with paths as JSON Pointers (RFC 6901), and increment. A
// patch is exact: all of its operations take place, in order, or none does.
package patch

import (
	"fmt"
	"strings"

	"github.com/outcropdb/outcrop/vec"
)

const (
	// MaxOperations bounds a patch, and with it the time that one takes.
	MaxOperations = 1000
	// MaxBytes bounds a patched document, and what all operations of a patch write: without it, a few copies
	// of a document into itself would fill any memory.
	MaxBytes = 16 << 20
	// MaxDepth is the most levels of arrays and objects in a document.
	MaxDepth = 128
)

// special are the fields that cannot be patched.
var special = [...]string{"_id", "_event_time", "_meta"}

// kind is what an operation does. Operations that write need a path inside of the document.
type kind struct {
	name   string
	value  bool // it has a value
	from   bool // it has a from
	writes bool // at path
	takes  bool // what is at from goes
	run    func(*editing, *Operation) error
}

// kinds has a row for each. Names are in any case.
var kinds = [...]kind{
	{name: "add", value: true, writes: true, run: (*editing).add},
	{name: "remove", writes: true, run: (*editing).remove},
	{name: "replace", value: true, writes: true, run: (*editing).replace},
	{name: "move", from: true, writes: true, takes: true, run: (*editing).move},
	{name: "copy", from: true, writes: true, run: (*editing).copy},
	{name: "test", value: true, run: (*editing).test},
	{name: "increment", value: true, writes: true, run: (*editing).increment},
}

// Error says which operation of a patch cannot be, and why.
type Error struct {
	Operation int    // from 1; 0: it is the patch as a whole
	Name      string // of the operation
	Path      string // as it was given
	Message   string
}

// Error implements error.
func (e *Error) Error() string {
	switch {
	case e.Operation == 0:
		return "patch: " + e.Message
	case e.Name == "":
		return fmt.Sprintf("patch: operation %d: %s", e.Operation, e.Message)
	}
	return fmt.Sprintf("patch: operation %d, %s %q: %s", e.Operation, e.Name, e.Path, e.Message)
}

// Operation is one step of a patch.
type Operation struct {
	kind       *kind
	text       string // the path as it was given
	path, from pointer
	value      vec.Value
}

// Parse reads a patch: an array of objects with op, path and what else the op needs; other keys are passed over.
// The operations alias it. An error is an *Error.
func Parse(patch vec.Value) ([]Operation, error) {
	if patch.Type() != vec.Array {
		return nil, &Error{Message: "it is " + patch.Type().String() + ", want an array of operations"}
	}
	if n := patch.Len(); n > MaxOperations {
		return nil, &Error{Message: fmt.Sprintf("%d operations, at most %d: send it in parts", n, MaxOperations)}
	}
	operations := make([]Operation, 0, patch.Len())
	for element := range patch.Elements() {
		op, err := parse(element)
		if err != nil {
			return nil, op.refuse(len(operations), err)
		}
		operations = append(operations, op)
	}
	return operations, nil
}

// refuse is the error of the operation before which there are so many.
func (op *Operation) refuse(before int, err error) error {
	e := &Error{Operation: before + 1, Path: op.text, Message: err.Error()}
	if op.kind != nil {
		e.Name = op.kind.name
	}
	return e
}

func parse(element vec.Value) (op Operation, err error) {
	if element.Type() != vec.Object {
		return op, fmt.Errorf("it is %s, want an object", element.Type())
	}
	name, err := text(element, "op")
	if err != nil {
		return op, err
	}
	for i := range kinds {
		if strings.EqualFold(name, kinds[i].name) {
			op.kind = &kinds[i]
		}
	}
	if op.kind == nil {
		return op, fmt.Errorf("op is %q, want add, remove, replace, move, copy, test or increment", name)
	}
	if op.text, err = text(element, "path"); err != nil {
		return op, err
	}
	if op.path, err = parsePointer(op.text); err != nil {
		return op, err
	}
	if op.kind.from {
		from, err := text(element, "from")
		if err != nil {
			return op, err
		}
		if op.from, err = parsePointer(from); err != nil {
			return op, fmt.Errorf("from: %w", err)
		}
	}
	if op.value = element.Field("value"); op.kind.value && op.value.Type() == vec.Undefined {
		return op, fmt.Errorf("value is missing")
	}
	return op, op.check()
}

// text is a string that an operation has to have.
func text(element vec.Value, key string) (string, error) {
	v := element.Field(key)
	switch v.Type() {
	case vec.String:
		return string(v.Content()), nil
	case vec.Undefined:
		return "", fmt.Errorf("%s is missing", key)
	}
	return "", fmt.Errorf("%s is %s, want a string", key, v.Type())
}

// check refuses what no document could make right.
func (op *Operation) check() error {
	if op.kind.writes {
		if err := op.path.writable(); err != nil {
			return err
		}
	}
	if op.kind.takes {
		if err := op.from.writable(); err != nil {
			return fmt.Errorf("from: %w", err)
		}
		if len(op.from) < len(op.path) && op.from.leads(op.path) {
			return fmt.Errorf("%s cannot move into itself", op.from)
		}
	}
	if t := op.value.Type(); op.kind.name == "increment" && t != vec.Int && t != vec.Float {
		return fmt.Errorf("value is %s, want a number", t)
	}
	return nil
}

// Apply is what the operations make of a document, a new one; or an *Error, when one of them does not fit it or
// the result would be beyond the limits. The document is an Object that vec.Check has passed, as is the result.
func Apply(document vec.Value, operations []Operation) (vec.Value, error) {
	e := editing{root: node{value: document}}
	for i := range operations {
		op := &operations[i]
		if err := op.kind.run(&e, op); err != nil {
			return nil, op.refuse(i, err)
		}
	}
	patched := e.root.append(make([]byte, 0, len(document)+e.written))
	if len(patched) > MaxBytes {
		return nil, &Error{Message: fmt.Sprintf("the document would have %d bytes, at most %d", len(patched), MaxBytes)}
	}
	return patched, nil
}
