// The shaders of the 3D picture: from voxel to voxel along each ray [Amanatides & Woo 1987], so that no voxel is
// missed and the way through each is exact. One triangle covers the picture.

export const VERTEX = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler3D;

uniform usampler3D labels;
uniform usampler3D field;
/** Row 0: colours of labels, with the share of light that a phase takes per length; row 1: colours of the field. */
uniform sampler2D palette;
uniform bool coloured;
/** Edges of a texel, in lengths of the volume. */
uniform vec3 texel;
/** Middle of the window, and the corners of what is shown; in texels. */
uniform vec3 centre;
uniform vec3 low;
uniform vec3 high;
uniform vec3 right;
uniform vec3 up;
uniform vec3 forward;
uniform vec2 viewport;
uniform vec2 pan;
/** Pixels per length. */
uniform float scale;
/** A length that lies before everything. */
uniform float reach;
/** Light that half transparent phases let through per length, as an exponent. */
uniform float density;
out vec4 colour;

vec4 colourOf(ivec3 cell) {
  return texelFetch(palette, ivec2(int(texelFetch(labels, cell, 0).r), 0), 0);
}

bool isShown(ivec3 cell, ivec3 first, ivec3 end) {
  return all(greaterThanEqual(cell, first)) && all(lessThan(cell, end)) && colourOf(cell).a > 0.0;
}

/** Where the 26 neighbours are open, and how open it is there: w from 0 to 1. */
vec4 opening(ivec3 cell, ivec3 first, ivec3 end) {
  vec3 sum = vec3(0.0);
  float open = 0.0;
  for (int z = -1; z <= 1; z++) for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++) {
    ivec3 offset = ivec3(x, y, z);
    if (!isShown(cell + offset, first, end)) {
      sum += vec3(offset) / texel;
      open += 1.0;
    }
  }
  return vec4(sum, open / 26.0);
}

void main() {
  vec2 at = (gl_FragCoord.xy - 0.5 * viewport) / scale + pan;
  vec3 origin = centre + (right * at.x + up * at.y - forward * reach) / texel;
  vec3 way = forward / texel;
  way = mix(way, vec3(1e-7), lessThan(abs(way), vec3(1e-7)));
  vec3 inverse = 1.0 / way;
  vec3 toLow = (low - origin) * inverse;
  vec3 toHigh = (high - origin) * inverse;
  vec3 near = min(toLow, toHigh);
  vec3 far = max(toLow, toHigh);
  float t = max(max(near.x, near.y), near.z);
  float leave = min(min(far.x, far.y), far.z);
  colour = vec4(0.0);
  if (t >= leave) return;

  ivec3 first = ivec3(floor(low));
  ivec3 end = ivec3(ceil(high));
  ivec3 forth = ivec3(sign(way));
  ivec3 cell = clamp(ivec3(floor(origin + way * t)), first, end - 1);
  vec3 next = (vec3(cell + max(forth, 0)) - origin) * inverse;
  vec3 between = abs(inverse);
  vec3 face = near.x >= t ? vec3(-sign(way.x), 0.0, 0.0)
    : near.y >= t ? vec3(0.0, -sign(way.y), 0.0) : vec3(0.0, 0.0, -sign(way.z));
  vec3 light = normalize(up * 0.55 - right * 0.35 - forward);
  bool outermost = true;
  uint before = 256u;
  float shade = 1.0;
  float through = 1.0;
  vec3 sum = vec3(0.0);
  int most = (end.x - first.x) + (end.y - first.y) + (end.z - first.z);
  for (int i = 0; i < most; i++) {
    uint label = texelFetch(labels, cell, 0).r;
    vec4 own = texelFetch(palette, ivec2(int(label), 0), 0);
    float until = min(min(min(next.x, next.y), next.z), leave);
    if (own.a > 0.0) {
      bool opaque = own.a == 1.0;
      if (label != before) {
        // Faces of the window and of a cut are flat; inside, the neighbours tell how a surface lies.
        vec4 open = outermost ? vec4(face, 0.5) : opening(cell, first, end);
        vec3 normal = dot(open.xyz, open.xyz) > 0.0 ? normalize(open.xyz) : face;
        float diffuse = max(0.0, dot(normal, light));
        float ambient = 0.45 + 0.25 * min(1.0, 2.0 * open.w);
        shade = coloured ? 0.62 + 0.38 * diffuse : ambient + 0.42 * diffuse;
      }
      if (coloured) {
        uint value = texelFetch(field, cell, 0).r;
        if (value > 0u) own.rgb = texelFetch(palette, ivec2(int(value), 1), 0).rgb;
      }
      float taken = opaque ? 1.0 : 1.0 - exp(-density * max(0.0, until - t));
      // The surface of a half transparent phase shows, too.
      if (!opaque && label != before) taken = 1.0 - (1.0 - taken) * 0.82;
      sum += through * taken * own.rgb * min(1.0, shade);
      through *= 1.0 - taken;
      if (through < 0.01) break;
    }
    before = label;
    outermost = false;
    t = until;
    if (next.x <= next.y && next.x <= next.z) {
      cell.x += forth.x;
      next.x += between.x;
      face = vec3(-sign(way.x), 0.0, 0.0);
    } else if (next.y <= next.z) {
      cell.y += forth.y;
      next.y += between.y;
      face = vec3(0.0, -sign(way.y), 0.0);
    } else {
      cell.z += forth.z;
      next.z += between.z;
      face = vec3(0.0, 0.0, -sign(way.z));
    }
    if (any(lessThan(cell, first)) || any(greaterThanEqual(cell, end))) break;
  }
  colour = vec4(sum, 1.0 - max(through < 0.01 ? 0.0 : through, 0.0));
}`;
