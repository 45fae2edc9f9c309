package simd

import (
	"strings"
	"testing"
)

func TestUseEnv(t *testing.T) {
	t.Cleanup(func() { setLevel(t, Best()) })
	for l := Generic; l <= AVX512; l++ {
		setLevel(t, Best())
		t.Setenv(Env, l.String())
		err := UseEnv()
		if got, want := err == nil, l <= Best(); got != want {
			t.Errorf("%s=%s with %s: got error %v", Env, l, Best(), err)
		}
		if err == nil && Active() != l {
			t.Errorf("%s=%s: active is %s", Env, l, Active())
		}
	}
	for text, want := range map[string]string{"": "", "AVX": `OUTCROP_SIMD="AVX" is not one of generic, avx2, avx512`} {
		t.Setenv(Env, text)
		before := Active()
		if err := UseEnv(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s=%q: got error %v, want %q", Env, text, err, want)
		}
		if Active() != before {
			t.Errorf("%s=%q changes the level", Env, text)
		}
	}
}

func TestSetLevelAboveBest(t *testing.T) {
	if err := SetLevel(AVX512 + 1); err == nil || !strings.Contains(err.Error(), "Level(3) is not available") {
		t.Errorf("got %v", err)
	}
	if Active() != Best() {
		t.Errorf("a refused level changed the active one to %s", Active())
	}
}
