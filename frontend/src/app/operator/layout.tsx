export { default } from '../clinic/layout';
