package match

// entry is one feature ready for the kernel: the first word of its row in the
// weight table, and its value in steps.
type entry struct {
	row, q uint32
}

// maxQ is the largest value in steps: 255·31·8 still fits 16 bits, so eight
// products can be summed before a lane is widened.
const (
	maxQ   = 31
	unroll = 8
	low8   = 0x00FF00FF00FF00FF
	low16  = 0x0000FFFF0000FFFF
)

// sum computes acc[j] = Σ q·w over the entries for every byte column j of a
// table of rows of stride words. The bytes are weights offset by 128; eight
// columns ride in one 64-bit word, four to a register, so one multiplication
// does the work of four. It returns Σ q, with which the offset is taken off.
func sum(table []uint64, stride int, entries []entry, acc []uint32) uint32 {
	var total uint32
	for i := range entries {
		total += entries[i].q
	}
	for c := 0; c < stride; c++ {
		var a04, a26, a15, a37 uint64
		rest := entries
		for len(rest) > 0 {
			n := min(unroll, len(rest))
			var even, odd uint64
			for _, e := range rest[:n] {
				w := table[int(e.row)+c]
				q := uint64(e.q)
				even += (w & low8) * q
				odd += (w >> 8 & low8) * q
			}
			rest = rest[n:]
			a04 += even & low16
			a26 += even >> 16 & low16
			a15 += odd & low16
			a37 += odd >> 16 & low16
		}
		out := acc[c*8 : c*8+8 : c*8+8]
		out[0], out[4] = uint32(a04), uint32(a04>>32)
		out[2], out[6] = uint32(a26), uint32(a26>>32)
		out[1], out[5] = uint32(a15), uint32(a15>>32)
		out[3], out[7] = uint32(a37), uint32(a37>>32)
	}
	return total
}
