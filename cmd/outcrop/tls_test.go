package main

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestSelfSigned(t *testing.T) {
	c := &serveCommand{Data: t.TempDir(), TLSSelfSigned: true, HTTP: "10.0.0.7:8321", Flight: "db.example:8322"}
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	leaf := func(now time.Time) *tls.Certificate {
		t.Helper()
		config, err := c.tlsConfig(now)
		if err != nil {
			t.Fatal(err)
		}
		return &config.Certificates[0]
	}
	first := leaf(now)
	for _, host := range []string{"localhost", "127.0.0.1", "::1", "10.0.0.7", "db.example"} {
		if err := first.Leaf.VerifyHostname(host); err != nil {
			t.Error(err)
		}
	}
	if info, err := os.Stat(filepath.Join(c.Data, privateKeyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key: got %v, %v, want mode 0600", info, err)
	}
	if again := leaf(now.Add(selfSignedFor / 2)); !again.Leaf.Equal(first.Leaf) {
		t.Error("another start makes another certificate")
	}
	if later := leaf(now.Add(selfSignedFor - renewBefore/2)); later.Leaf.Equal(first.Leaf) {
		t.Error("a certificate that ends soon is not renewed")
	}
	if _, err := trusting(filepath.Join(c.Data, certificateFile)); err != nil {
		t.Error(err)
	}
	if _, err := trusting(filepath.Join(c.Data, privateKeyFile)); err == nil {
		t.Error("a file without certificate is trusted")
	}
}
