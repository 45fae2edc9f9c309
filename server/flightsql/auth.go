package flightsql

import (
	"context"
	"encoding/base64"
	"fmt"
	"runtime/debug"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/outcropdb/outcrop/catalog"
)

// keyOf is what a call's context has its catalog.Key under.
type keyOf struct{}

const authorization = "authorization"

// authenticate finds the API key of a call: as a bearer token, or as the password of HTTP's Basic, or, when
// that is empty, as its user's name.
func (f *service) authenticate(ctx context.Context) (_ context.Context, secret string, err error) {
	md, _ := metadata.FromIncomingContext(ctx)
	if values := md.Get(authorization); len(values) > 0 {
		secret = secretOf(values[0])
	}
	key, err := f.server.Catalog().Authenticate(secret)
	if err != nil {
		return ctx, "", f.status(err)
	}
	return context.WithValue(ctx, keyOf{}, key), secret, nil
}

func secretOf(header string) string {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	rest = strings.TrimSpace(rest)
	switch strings.ToLower(scheme) {
	case "bearer", "apikey":
		return rest
	case "basic":
		decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(rest, "=")) // clients pad, or do not
		if err != nil {
			return ""
		}
		user, password, _ := strings.Cut(string(decoded), ":")
		if password == "" {
			return user
		}
		return password
	}
	return ""
}

// allows says whether the caller may do something in a workspace.
func (f *service) allows(ctx context.Context, action catalog.Action, workspace string) error {
	key, ok := ctx.Value(keyOf{}).(*catalog.Key)
	if !ok {
		panic("bug: a call that is not authenticated")
	}
	if f.server.Catalog().Allows(key.Role, action, workspace) {
		return nil
	}
	return status.Errorf(codes.PermissionDenied, "the role %q of API key %q does not have the privilege %s in workspace %q", key.Role, key.Name, action, workspace)
}

func (f *service) unary(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (reply any, err error) {
	defer f.recover(&err)
	if ctx, _, err = f.authenticate(ctx); err != nil {
		return nil, err
	}
	return handler(ctx, request)
}

func (f *service) streaming(service any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
	defer f.recover(&err)
	ctx, secret, err := f.authenticate(stream.Context())
	if err != nil {
		return err
	}
	if strings.HasSuffix(info.FullMethod, "/Handshake") {
		// The token that the client is to use from now on is the key itself: there are no sessions.
		stream.SetTrailer(metadata.Pairs(authorization, "Bearer "+secret))
		return nil
	}
	return handler(service, authenticated{stream, ctx})
}

// authenticated is a stream whose context has the caller's key.
type authenticated struct {
	grpc.ServerStream
	ctx context.Context
}

func (a authenticated) Context() context.Context { return a.ctx }

// recover makes a panic the error of a call.
func (f *service) recover(err *error) {
	if p := recover(); p != nil {
		*err = f.status(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
	}
}
