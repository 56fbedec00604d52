// The operations of the digest that need neither files nor processes: they run in Node and in pages.
import { operations as descriptors } from './descriptors.mjs';
import { operations as electrodes } from './electrodes.mjs';
import { operations as images } from './images.mjs';
import { operations as models } from './models.mjs';
import { operations as structures } from './structures.mjs';
import { operations as transport } from './transport.mjs';

export const operations = [...structures, ...descriptors, ...images, ...transport, ...models, ...electrodes];
