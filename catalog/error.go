package catalog

import (
	"errors"
	"fmt"

	"github.com/outcropdb/outcrop/internal/nearest"
)

// Kind is why the catalog refuses, named as the API names it.
type Kind string

const (
	InvalidInput       Kind = "INVALIDINPUT"
	NotFound           Kind = "NOTFOUND"
	AlreadyExists      Kind = "ALREADYEXISTS"
	DependentResources Kind = "DEPENDENTRESOURCES" // deleting it would leave others without their container
	Conflict           Kind = "CONFLICT"           // others change it at the same time
	NotReady           Kind = "NOT_READY"          // it is suspended
	Unauthorized       Kind = "AUTHEXCEPTION"      // no such API key, or one that is no longer valid
)

// Error is a refusal: the caller's doing. Other errors are the world's.
type Error struct {
	Kind    Kind
	Message string
}

func (e *Error) Error() string { return e.Message }

// KindOf returns the kind of a refusal, "" for any other error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

func invalid(format string, args ...any) error {
	return &Error{InvalidInput, fmt.Sprintf(format, args...)}
}

// notFound names what there is not, and the nearest name that there is.
func notFound(kind, name string, candidates []string) error {
	message := fmt.Sprintf("%s %q does not exist", kind, name)
	if near := nearest.Name(name, candidates); near != "" {
		message += fmt.Sprintf("; did you mean %q?", near)
	}
	return &Error{NotFound, message}
}
