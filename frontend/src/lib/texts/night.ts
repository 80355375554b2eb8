/** The words of the screen Night. */
export const night = {
  title: 'Night',
};
