//go:build goexperiment.simd && amd64 && !go1.27

package simd

var matchCodes = [levels]func(out []uint64, codes []uint32, accept []uint64){matchCodesGeneric, matchCodesGeneric, matchCodesGeneric}
