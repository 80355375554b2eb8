import { install } from '../src/lib/backend/fake/install';

install();
