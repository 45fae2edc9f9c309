// Package simd is the arithmetic of the engine: kernels over plain slices, each in portable Go, which is its meaning,
// and in the bodies that stand beside it for wider registers.
//
// A kernel neither fails nor allocates. Its slices are given by the caller, who has made them long enough; one that is
// too short is a bug and panics like any index out of range. Outputs may not overlap inputs unless a kernel says so.
//
// A bitmap is a []uint64: row i is bit i%64 of word i/64, which is Arrow's validity layout on a little-endian machine.
// A kernel that writes a bitmap of n rows writes Words(n) whole words and leaves the bits from n on clear; one that
// reads a bitmap of n rows does not look at the bits from n on. A nil validity bitmap means that every row is valid.
//
// Floats are compared by SQL's total order in every kernel: -0 equals 0, NaN equals NaN, and NaN is the greatest.
//
// Kernels are called through tables, so that a slice handed to one escapes: hand over reused memory, not a local array.
package simd

import (
	"fmt"
	"os"
	"strings"
)

// Level is a set of instructions that kernels have bodies for. A higher level includes the lower ones.
type Level uint8

const (
	Generic Level = iota // portable Go
	AVX2                 // 256-bit registers
	AVX512               // 512-bit registers with byte permutes and popcounts, as since Ice Lake and Zen 4
)

var levelNames = [...]string{Generic: "generic", AVX2: "avx2", AVX512: "avx512"}

func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return fmt.Sprintf("Level(%d)", uint8(l))
}

// Env names the environment variable that UseEnv reads.
const Env = "OUTCROP_SIMD"

// active chooses the row of every kernel's table.
var active = Best()

// Active is the level whose bodies are being run.
func Active() Level { return active }

// Best is the highest level that both this build and this CPU have. It is what runs unless SetLevel says otherwise.
func Best() Level { return detect() }

// SetLevel makes kernels run the bodies of l, for comparing levels with each other. Answers do not depend on it.
// Call it while no kernel runs. It fails if l is above Best.
func SetLevel(l Level) error {
	if best := Best(); l > best {
		return fmt.Errorf("simd: level %s is not available, this build on this CPU has up to %s", l, best)
	}
	active = l
	return nil
}

// UseEnv sets the level that OUTCROP_SIMD names (generic, avx2 or avx512), if it is set. main calls it, once, first.
func UseEnv() error {
	name := os.Getenv(Env)
	if name == "" {
		return nil
	}
	for l, known := range levelNames {
		if name == known {
			return SetLevel(Level(l))
		}
	}
	return fmt.Errorf("simd: %s=%q is not one of %s", Env, name, strings.Join(levelNames[:], ", "))
}
