//go:build !(goexperiment.simd && amd64 && !go1.27)

package simd

var addRamp = [levels]func([]uint64, uint64, uint64){addRampGeneric}
