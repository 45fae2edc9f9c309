package function

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"

	"github.com/outcropdb/outcrop/vec"
)

// hashes of strings and bytes, and bytes written as text.
var hashes = []Function{
	bytesHash("md5", func(dst, s []byte) []byte { h := md5.Sum(s); return append(dst, h[:]...) }),
	bytesHash("sha1", func(dst, s []byte) []byte { h := sha1.Sum(s); return append(dst, h[:]...) }),
	bytesHash("sha256", func(dst, s []byte) []byte { h := sha256.Sum256(s); return append(dst, h[:]...) }),
	bytesHash("sha512", func(dst, s []byte) []byte { h := sha512.Sum512(s); return append(dst, h[:]...) }),
	bytesHash("xxhash64", func(dst, s []byte) []byte { return binary.BigEndian.AppendUint64(dst, xxhash.Sum64(s)) }),
	{Name: "crc32", Help: "the CRC-32 checksum, as int", overloads: []overload{{
		in: sets{text | blob}, out: vec.Int,
		run: lengths(func(s []byte) int { return int(crc32.ChecksumIEEE(s)) }),
	}}},
	{Name: "to_hex", Aliases: []string{"hex"}, Help: "bytes as lower-case hex digits; an int as those of its two's complement", overloads: []overload{
		{in: sets{text | blob}, out: vec.String, run: bytesKernel(vec.String, func(dst, s []byte) ([]byte, error) { return hex.AppendEncode(dst, s), nil })},
		{in: sets{integer}, out: vec.String, run: hexInt},
	}},
	decoding("from_hex", "hex digits as bytes", "pairs of hex digits", hex.AppendDecode),
	{Name: "to_base64", Help: "bytes in base64", overloads: []overload{{
		in: sets{text | blob}, out: vec.String,
		run: bytesKernel(vec.String, func(dst, s []byte) ([]byte, error) { return base64.StdEncoding.AppendEncode(dst, s), nil }),
	}}},
	decoding("from_base64", "base64 as bytes", "base64", base64.StdEncoding.AppendDecode),
	{Name: "to_utf8", Help: "the bytes of a string", overloads: []overload{{
		in: sets{text}, out: vec.Bytes,
		run: bytesKernel(vec.Bytes, func(dst, s []byte) ([]byte, error) { return append(dst, s...), nil }),
	}}},
	{Name: "from_utf8", Help: "bytes as a string; what is no UTF-8 becomes U+FFFD", overloads: []overload{{
		in: sets{blob}, out: vec.String,
		run: bytesKernel(vec.String, fromUTF8),
	}}},
}

func bytesKernel(t vec.Type, f func(dst, s []byte) ([]byte, error)) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s := textsOf(args[0])
		return eachText(out, t, args, rows, func(dst []byte, i int) ([]byte, error) { return f(dst, s.at(i)) })
	}
}

func bytesHash(name string, f func(dst, s []byte) []byte) Function {
	return Function{
		Name: name, Help: "the " + name + " of a string or of bytes, as bytes",
		overloads: []overload{{
			in: sets{text | blob}, out: vec.Bytes,
			run: bytesKernel(vec.Bytes, func(dst, s []byte) ([]byte, error) { return f(dst, s), nil }),
		}},
	}
}

func decoding(name, help, want string, f func(dst, s []byte) ([]byte, error)) Function {
	return Function{Name: name, Help: help, overloads: []overload{{
		in: sets{text}, out: vec.Bytes,
		run: bytesKernel(vec.Bytes, func(dst, s []byte) ([]byte, error) {
			out, err := f(dst, s)
			if err != nil {
				return nil, fmt.Errorf("%q: want %s", clip(s), want)
			}
			return out, nil
		}),
	}}}
}

func hexInt(out *vec.Vector, args []*vec.Vector, rows int) error {
	n := intsOf(args[0])
	return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
		return fmt.Appendf(dst, "%x", uint64(n.at(i))), nil
	})
}

func fromUTF8(dst, s []byte) ([]byte, error) {
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		dst = utf8.AppendRune(dst, r)
		s = s[n:]
	}
	return dst, nil
}

// clip keeps the texts in errors short.
func clip(s []byte) []byte {
	const most = 64
	if len(s) > most {
		return append(append([]byte{}, s[:most]...), "..."...)
	}
	return s
}
