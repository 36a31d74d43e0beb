package match

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A model file is magic, version, length and SHA-256 of the payload, payload;
// all numbers are little-endian.
const (
	magic      = "USHM"
	version    = 4
	headerSize = 4 + 4 + 8 + sha256.Size
	// maxModel bounds what Parse will read: sixteen times the size aimed at.
	maxModel = 64 << 20
)

// ErrModel is what every refusal of Parse wraps.
var ErrModel = errors.New("bad model")

// MarshalBinary writes the model in the form that Parse reads.
func (m *Model) MarshalBinary() ([]byte, error) {
	e := &encoder{b: make([]byte, headerSize)}
	e.b = append(e.b, m.source[:]...)
	e.strings(m.labels)
	e.string(m.oos)
	e.detector(&m.langs)
	e.int(len(m.heads))
	for _, h := range m.heads {
		e.head(h)
	}
	payload := e.b[headerSize:]
	copy(e.b, magic)
	binary.LittleEndian.PutUint32(e.b[4:], version)
	binary.LittleEndian.PutUint64(e.b[8:], uint64(len(payload)))
	sum := sha256.Sum256(payload)
	copy(e.b[16:], sum[:])
	return e.b, nil
}

// Parse reads a model. A file that is cut short, of another version, or not
// exactly what MarshalBinary wrote is refused. cues are the lists that it was
// trained with ([Options.Cues]); whoever listens for them shares them with the
// model, and the file need not repeat them.
func Parse(data []byte, cues map[string][]*Phrases) (*Model, error) {
	if len(data) < headerSize || string(data[:4]) != magic {
		return nil, fmt.Errorf("%w: not a model file", ErrModel)
	}
	if v := binary.LittleEndian.Uint32(data[4:]); v != version {
		return nil, fmt.Errorf("%w: version %d, this program reads %d", ErrModel, v, version)
	}
	if len(data) > maxModel {
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrModel, maxModel)
	}
	payload := data[headerSize:]
	if n := binary.LittleEndian.Uint64(data[8:]); n != uint64(len(payload)) {
		return nil, fmt.Errorf("%w: %d bytes of payload, header says %d", ErrModel, len(payload), n)
	}
	if sum := sha256.Sum256(payload); !bytes.Equal(sum[:], data[16:headerSize]) {
		return nil, fmt.Errorf("%w: SHA-256 of the payload differs", ErrModel)
	}
	d := &decoder{b: payload}
	m := &Model{}
	copy(m.source[:], d.bytes(len(m.source)))
	m.labels = d.strings()
	m.oos = d.string()
	d.detector(&m.langs)
	for range d.int(maxLangs) {
		m.heads = append(m.heads, d.head())
	}
	if d.failed || len(d.b) != 0 || len(m.heads) == 0 {
		return nil, fmt.Errorf("%w: malformed payload", ErrModel)
	}
	for _, h := range m.heads {
		if !h.sound(len(m.labels)) {
			return nil, fmt.Errorf("%w: tables of wrong size", ErrModel)
		}
		if !h.listensTo(cues[h.lang]) {
			return nil, fmt.Errorf("%w: trained with other cues for %q: train it again", ErrModel, h.lang)
		}
	}
	return m, nil
}

// sound tells whether the sizes of the tables agree, so that no message can
// reach beyond them.
func (h *head) sound(labels int) bool {
	cols := h.stride * columns
	n := h.buckets()
	ok := h.classes == labels && n > 0 && n&(n-1) == 0 && len(h.known) == knownBits/64 &&
		cols == pad(h.classes)+pad(h.hidden) && len(h.table) == n*h.stride && len(h.scale) == cols && len(h.bias) == cols &&
		h.gate.class >= -1 && int(h.gate.class) < labels
	if h.hidden == 0 {
		return ok && len(h.top) == 0
	}
	return ok && len(h.top) == h.hidden*pad(h.classes)/columns && len(h.topSize) == pad(h.classes) && len(h.topBias) == len(h.topSize)
}

// listensTo takes the cues, and tells whether they are those of the training.
func (h *head) listensTo(cues []*Phrases) bool {
	if len(cues) != len(h.digests) {
		return false
	}
	for i, c := range cues {
		if c.digest() != h.digests[i] {
			return false
		}
	}
	h.cues, h.digests = cues, nil
	return true
}

type encoder struct{ b []byte }

func (e *encoder) int(n int)       { e.b = binary.LittleEndian.AppendUint32(e.b, uint32(n)) }
func (e *encoder) float(f float32) { e.b = binary.LittleEndian.AppendUint32(e.b, math.Float32bits(f)) }
func (e *encoder) string(s string) { e.int(len(s)); e.b = append(e.b, s...) }
func (e *encoder) bytes(b []byte)  { e.int(len(b)); e.b = append(e.b, b...) }
func (e *encoder) nibbles(b []byte) {
	packed := make([]byte, len(b)/2)
	for i := range packed {
		packed[i] = b[2*i] | b[2*i+1]<<4
	}
	e.bytes(packed)
}
func (e *encoder) words(w []uint64) { e.int(len(w)); e.rawWords(w) }
func (e *encoder) rawWords(w []uint64) {
	for _, x := range w {
		e.b = binary.LittleEndian.AppendUint64(e.b, x)
	}
}

func (e *encoder) strings(s []string) {
	e.int(len(s))
	for _, x := range s {
		e.string(x)
	}
}

func (e *encoder) floats(f []float32) {
	e.int(len(f))
	for _, x := range f {
		e.float(x)
	}
}

func (e *encoder) detector(d *detector) {
	e.strings(d.langs)
	for _, l := range d.latin {
		e.b = append(e.b, btoi(l))
	}
	e.string(d.home)
	e.words(d.table)
	e.float(d.scale)
	e.floats(d.bias[:])
}

func (e *encoder) head(h *head) {
	e.string(h.lang)
	e.int(h.classes)
	e.int(h.hidden)
	e.int(h.stride)
	e.nibbles(h.idf)
	e.words(h.known)
	e.int(len(h.cues))
	for _, c := range h.cues {
		e.rawWords([]uint64{c.digest()})
	}
	e.words(h.table)
	e.floats(h.scale)
	e.floats(h.bias)
	e.words(h.top)
	e.floats(h.topSize)
	e.floats(h.topBias)
	e.floats(h.sharp[:])
	e.floats(h.gate.weight[:])
	e.float(h.gate.bias)
	e.float(h.gate.limit)
	e.int(int(h.gate.class) + 1)
}

func btoi(b bool) byte {
	if b {
		return 1
	}
	return 0
}
