package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Where --tls-self-signed keeps what it makes, in the data folder.
const (
	certificateFile = "tls.crt"
	privateKeyFile  = "tls.key"
)

// selfSignedFor is how long a certificate of our own making is good; renewBefore its end a start makes another.
const (
	selfSignedFor = 365 * 24 * time.Hour
	renewBefore   = 30 * 24 * time.Hour
)

// tlsConfig is what the flags say about TLS; nil: plain text.
func (c *serveCommand) tlsConfig(now time.Time) (*tls.Config, error) {
	certificate, key := c.TLSCert, c.TLSKey
	switch {
	case (certificate == "") != (key == ""):
		return nil, errors.New("--tls-cert and --tls-key go together")
	case certificate != "" && c.TLSSelfSigned:
		return nil, errors.New("--tls-self-signed makes a certificate: leave out --tls-cert and --tls-key")
	case c.TLSSelfSigned:
		certificate, key = filepath.Join(c.Data, certificateFile), filepath.Join(c.Data, privateKeyFile)
		if !stillGood(certificate, key, now) {
			if err := selfSign(certificate, key, certificateHosts(c.HTTP, c.Flight), now); err != nil {
				return nil, fmt.Errorf("making a certificate: %w", err)
			}
		}
	case certificate == "":
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("TLS certificate %s with key %s: %w", certificate, key, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

func stillGood(certificate, key string, now time.Time) bool {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	return err == nil && pair.Leaf != nil && now.Before(pair.Leaf.NotAfter.Add(-renewBefore))
}

// certificateHosts are the names under which clients may call the given addresses.
func certificateHosts(addresses ...string) []string {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	if name, err := os.Hostname(); err == nil {
		hosts = append(hosts, name)
	}
	for _, address := range addresses {
		if host, _, err := net.SplitHostPort(address); err == nil && host != "" {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// selfSign writes a certificate for the hosts, which clients can be told to trust, and its key.
func selfSign(certificate, key string, hosts []string, now time.Time) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{Organization: []string{"Outcrop"}, CommonName: "outcrop"},
		NotBefore:    now.Add(-time.Hour), // clocks differ
		NotAfter:     now.Add(selfSignedFor),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:         true, BasicConstraintsValid: true,
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o644)
}
