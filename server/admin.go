package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/outcropdb/outcrop/catalog"
)

// AdminKeyFile is the name of the file in the data folder that keeps the admin's API key.
const AdminKeyFile = "admin.key"

// adminKeyName is the admin's API key in the catalog.
const adminKeyName = "admin"

// adminKey makes the admin's API key at the first start, and keeps it in a file that only the owner may
// read. Without the file, a key that is given is taken anew.
func (s *Server) adminKey(ctx context.Context) error {
	path := filepath.Join(s.options.Dir, AdminKeyFile)
	kept, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	secret := s.options.AdminKey
	if secret == "" {
		secret = strings.TrimSpace(string(kept))
	}
	if secret == "" {
		secret = rand.Text() + rand.Text()
	}
	if _, err := s.catalog.Authenticate(secret); err != nil {
		if _, err := s.catalog.Key(adminKeyName); err == nil {
			if err := s.catalog.DeleteKey(ctx, adminKeyName); err != nil {
				return err
			}
		}
		want := catalog.Key{Name: adminKeyName, Role: catalog.RoleAdmin}
		if _, _, err := s.catalog.CreateKey(ctx, want, secret, catalog.By{User: s.catalog.User().Email}); err != nil {
			return fmt.Errorf("admin's API key: %w", err)
		}
	}
	if string(kept) == secret+"\n" {
		return nil
	}
	return os.WriteFile(path, []byte(secret+"\n"), 0o600)
}
