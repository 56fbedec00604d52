import DefaultTheme from 'vitepress/theme';
import { withBase } from 'vitepress';
import './style.css';
import { runOnClick } from './live.js';

export default {
  extends: DefaultTheme,
  enhanceApp() {
    if (typeof document !== 'undefined') {
      runOnClick({ 'voxelith': withBase('/lib/inline.js'), 'voxelith/viewer': withBase('/lib/viewer.js') });
    }
  },
};
