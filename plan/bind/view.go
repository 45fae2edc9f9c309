package bind

import (
	"errors"
	"fmt"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

// view binds a view's query in the place of its name.
func (b *binder) view(name []string, text string, at *sql.TableName, in environment) (*relation, error) {
	if in.views++; in.views > MaxViewDepth {
		return nil, plan.Errorf(at.At, "views stand in each other more than %d deep; does %s contain itself?", MaxViewDepth, vec.Path(name))
	}
	t, err := b.viewQuery(text, environment{views: in.views})
	if err != nil {
		return nil, inView(name, at, err)
	}
	return &relation{name: name, at: at.At, table: *t}, nil
}

func (b *binder) viewQuery(text string, in environment) (*table, error) {
	statement, err := sql.Parse(text)
	if err != nil {
		return nil, err
	}
	q, ok := statement.(*sql.Query)
	if !ok {
		return nil, plan.Errorf(statement.Pos(), "%s, want a SELECT", sql.Kind(statement))
	}
	return b.query(q, in)
}

// viewError is a mistake in the text of a view, with the place in the statement that names the view.
type viewError struct {
	placed *plan.Error
	cause  error
}

func (e *viewError) Error() string   { return e.placed.Error() }
func (e *viewError) Unwrap() []error { return []error{e.placed, e.cause} }

// inView gives an error in a view's text a place in the statement. Of views in views the innermost is named.
func inView(name []string, at *sql.TableName, err error) error {
	var inner *viewError
	var e *plan.Error
	var message string
	switch {
	case errors.As(err, &inner):
		message = inner.placed.Message
	case errors.As(err, &e):
		message = fmt.Sprintf("view %s, line %d, column %d: %s", vec.Path(name), e.Line, e.Column, e.Message)
	default:
		return err
	}
	return &viewError{&plan.Error{Line: at.At.Line, Column: at.At.Column, Message: message}, err}
}
