//go:build goexperiment.simd && amd64 && !go1.27

package simd

import "github.com/klauspost/cpuid/v2"

// levels is the number of rows in a kernel's table.
const levels = 3

// detect asks for every extension that a body of the level uses.
func detect() Level {
	switch {
	case cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512CD, cpuid.AVX512DQ, cpuid.AVX512VL,
		cpuid.AVX512VBMI, cpuid.AVX512VBMI2, cpuid.AVX512VPOPCNTDQ):
		return AVX512
	case cpuid.CPU.Supports(cpuid.AVX2):
		return AVX2
	}
	return Generic
}
