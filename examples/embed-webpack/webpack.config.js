export default {
  mode: 'production',
  entry: ['./index.html', './main.js'],
  output: { clean: true, publicPath: 'auto' },
  module: { rules: [{ test: /\.html$/, type: 'asset/resource', generator: { filename: '[name][ext]' } }] },
};
