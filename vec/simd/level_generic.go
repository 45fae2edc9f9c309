//go:build !(goexperiment.simd && amd64 && !go1.27)

package simd

// levels is the number of rows in a kernel's table.
const levels = 1

func detect() Level { return Generic }
