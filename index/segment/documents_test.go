package segment_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/outcropdb/outcrop/vec"
)

// randomDocuments are n objects over few keys, so that types disagree, nest, and come and go.
func randomDocuments(seed uint64, n int) documents {
	r := rand.New(rand.NewPCG(seed, 7))
	docs := make(documents, n)
	for i := range docs {
		docs[i] = randomObject(r, nil, 3)
	}
	return docs
}

var keys = []string{"a", "b", "c", "d", "odd key", "e", "f", "*"}

func randomObject(r *rand.Rand, dst []byte, depth int) []byte {
	dst, mark := vec.BeginObject(dst)
	start := r.IntN(2)
	for i := start; i < len(keys); i += 1 + r.IntN(3) {
		dst = randomValue(r, vec.AppendKey(dst, keys[i]), depth, i)
	}
	return vec.EndObject(dst, mark)
}

// randomValue is mostly of one type for a kind, with some disagreement.
func randomValue(r *rand.Rand, dst []byte, depth, kind int) []byte {
	if r.IntN(8) == 0 {
		kind = r.IntN(12)
	}
	switch kind {
	case 0:
		return vec.AppendInt(dst, vec.Int, r.Int64N(100)-50)
	case 1:
		return vec.AppendContent(dst, vec.String, fmt.Sprintf("text-%d", r.IntN(30)))
	case 2, 3:
		if depth > 0 {
			return randomObject(r, dst, depth-1)
		}
		return vec.AppendNull(dst)
	case 4:
		return vec.AppendFloat(dst, float64(r.IntN(9))/2)
	case 5:
		return vec.AppendBool(dst, r.IntN(2) == 0)
	case 6:
		dst, mark := vec.BeginArray(dst)
		count := r.IntN(4)
		for range count {
			if depth > 0 {
				dst = randomValue(r, dst, depth-1, r.IntN(8))
			} else {
				dst = vec.AppendNull(dst)
			}
		}
		return vec.EndArray(dst, mark, count)
	case 7:
		return vec.AppendInt(dst, vec.Timestamp, 1_700_000_000_000_000+r.Int64N(1e12))
	case 8:
		return vec.AppendNull(dst)
	case 9:
		return vec.AppendContent(dst, vec.Bytes, []byte{byte(r.IntN(256)), 0})
	case 10:
		return vec.AppendContent(dst, vec.U256, make([]byte, 32))
	default:
		return vec.AppendInt(dst, vec.Int, int64(r.Uint64()))
	}
}

// paths are all the paths that random documents may have, and some that they have not.
func paths() []vec.Path {
	out := []vec.Path{nil, {"no"}, {"a", "no"}, {"c", "no", "b"}}
	level := []vec.Path{nil}
	for range 3 {
		var next []vec.Path
		for _, p := range level {
			for _, key := range keys {
				next = append(next, append(p[:len(p):len(p)], key))
			}
		}
		out = append(out, next...)
		level = next
	}
	return out
}
