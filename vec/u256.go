package vec

import (
	"fmt"
	"math/big"
)

// AppendU256 writes the content of a U256, 32 bytes big-endian, in decimal digits.
func AppendU256(dst, content []byte) []byte {
	return new(big.Int).SetBytes(content).Append(dst, 10)
}

// maxU256Text is more than the longest text of a U256: 0x, zeros, 64 digits.
const maxU256Text = 100

// ParseU256 reads decimal digits, or hexadecimal ones behind 0x, as the 32 bytes of a U256.
func ParseU256(text string) (content [32]byte, err error) {
	digits, base := text, 10
	if len(text) > 2 && (text[:2] == "0x" || text[:2] == "0X") {
		digits, base = text[2:], 16
	}
	n, ok := new(big.Int), len(text) <= maxU256Text && digits != "" && digits[0] != '-' && digits[0] != '+'
	if ok {
		_, ok = n.SetString(digits, base)
	}
	if !ok || n.BitLen() > 256 {
		return content, fmt.Errorf("u256 %q: want digits of a number below 2^256", clip([]byte(text)))
	}
	n.FillBytes(content[:])
	return content, nil
}
