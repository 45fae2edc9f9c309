//go:build goexperiment.simd && amd64 && !go1.27

package simd

var (
	combineBitmaps = [levels]func(connective, []uint64, []uint64, []uint64){combineBitmapsGeneric, combineBitmapsGeneric, combineBitmapsGeneric}
	countWords     = [levels]func([]uint64) int{countWordsGeneric, countWordsGeneric, countWordsGeneric}
	toSelection    = [levels]func([]uint32, []uint64, int) int{toSelectionGeneric, toSelectionGeneric, toSelectionGeneric}
)
