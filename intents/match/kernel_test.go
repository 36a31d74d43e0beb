package match

import (
	"testing"

	"pgregory.net/rapid"
)

// The packed sum is the plain sum, for any weights and any number of features.
func TestSum_IsTheSumOfProducts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		stride := rapid.IntRange(1, 4).Draw(t, "stride")
		rows := rapid.IntRange(1, 9).Draw(t, "rows")
		table := rapid.SliceOfN(rapid.Uint64(), rows*stride, rows*stride).Draw(t, "table")
		n := rapid.IntRange(0, 300).Draw(t, "features")
		entries := make([]entry, n)
		plain := make([]int, stride*columns)
		total := uint32(0)
		for i := range entries {
			row, q := rapid.IntRange(0, rows-1).Draw(t, "row"), rapid.IntRange(0, maxQ).Draw(t, "q")
			entries[i] = entry{uint32(row * stride), uint32(q)}
			total += uint32(q)
			for c := range plain {
				plain[c] += q * (weightAt(table, stride, row, c) + offset)
			}
		}
		acc := make([]uint32, stride*columns)
		if got := sum(table, stride, entries, acc); got != total {
			t.Fatalf("total %d, want %d", got, total)
		}
		for c, want := range plain {
			if int(acc[c]) != want {
				t.Fatalf("column %d: %d, want %d", c, acc[c], want)
			}
		}
	})
}

func TestPack_KeepsSignsAndTheLargest(t *testing.T) {
	t.Parallel()
	in := []float32{-1, -0.6, -0.01, 0, 0.01, 0.6, 1}
	table := empty(len(in))
	scale := pack(table, 1, 3, len(in), func(r int) float32 { return in[r] })
	for r, want := range []int{-7, -4, 0, 0, 0, 4, 7} {
		if got := weightAt(table, 1, r, 3); got != want {
			t.Errorf("%v is stored as %d, want %d", in[r], got, want)
		}
	}
	if scale*levels != 1 {
		t.Errorf("scale is %v", scale)
	}
}
