package plan

import (
	"errors"
	"fmt"
)

// Error is a mistake of the caller: in SQL text, in a plan, or in the values a query met.
// The HTTP API sends its fields as they are.
type Error struct {
	Line, Column int // 1-based position in the SQL text; 0 where there is none
	Message      string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("%s at line %d, column %d", e.Message, e.Line, e.Column)
}

// Position is a place in SQL text, 1-based; the zero Position is no place.
type Position struct{ Line, Column int }

// Errorf returns an *Error at a position.
func Errorf(at Position, format string, args ...any) error {
	return &Error{Line: at.Line, Column: at.Column, Message: fmt.Sprintf(format, args...)}
}

// At gives err the position at, unless it is not the caller's error or has one already.
func At(at Position, err error) error {
	var e *Error
	if errors.As(err, &e) && e.Line == 0 {
		return &Error{Line: at.Line, Column: at.Column, Message: err.Error()}
	}
	return err
}
