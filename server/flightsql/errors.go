package flightsql

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/ingest/stream"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/server"
)

// families say which code an error has; the first that fits counts. What none fits is ours: the client
// learns its id, the log the rest.
var families = []struct {
	is   func(error) bool
	code codes.Code
}{
	{kind(catalog.Unauthorized), codes.Unauthenticated},
	{kind(catalog.InvalidInput), codes.InvalidArgument},
	{kind(catalog.NotFound), codes.NotFound},
	{kind(catalog.AlreadyExists), codes.AlreadyExists},
	{kind(catalog.DependentResources), codes.FailedPrecondition},
	{kind(catalog.Conflict), codes.Aborted},
	{as[*instance.BudgetError], codes.ResourceExhausted}, // before plan.Error, which may be about it
	{as[*fs.DamageError], codes.DataLoss},
	{as[*plan.Error], codes.InvalidArgument},
	{as[stream.ErrBusy], codes.Unavailable},
	{one(instance.ErrQueueFull), codes.Unavailable},
	{one(server.ErrTimeout, context.DeadlineExceeded), codes.DeadlineExceeded},
	{one(instance.ErrClosed, stream.ErrClosed, index.ErrClosed), codes.Unavailable},
	{one(context.Canceled), codes.Canceled},
}

func kind(k catalog.Kind) func(error) bool {
	return func(err error) bool { return catalog.KindOf(err) == k }
}

func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func one(targets ...error) func(error) bool {
	return func(err error) bool {
		for _, target := range targets {
			if errors.Is(err, target) {
				return true
			}
		}
		return false
	}
}

// status is an error as gRPC has it; one that has a status already stays.
func (f *service) status(err error) error {
	if s, ok := errors.AsType[interface {
		GRPCStatus() *status.Status
		error
	}](err); ok {
		return s.GRPCStatus().Err()
	}
	for _, family := range families {
		if family.is(err) {
			return status.Error(family.code, err.Error())
		}
	}
	id := uuid.NewString()
	f.log.Error("a Flight SQL call failed", "error_id", id, "error", err)
	return status.Error(codes.Internal, "internal error; the server's log has the reason under error_id "+id)
}
